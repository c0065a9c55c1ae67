# Step 8: verify.sh, once the name can be looked up.
# shellcheck shell=bash disable=SC2154,SC2153
step_8() {
  begin 8 verification
  if is_dry_run; then say "would run verify.sh"; return; fi
  local arguments=(--settings "$settings")
  if [ -n "${VERIFY_URL:-}" ]; then arguments+=(--url "$VERIFY_URL"); fi
  "$here/verify.sh" "${arguments[@]}" || { : >"$work/told"; exit 1; } # which it has told
}
