// The provider conformance suite over Google's Auth emulator. Usage: parts run conformance.mjs GATEWAY-CONFORMANCE FIREBASE.so
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { ended, startEmulator } from './processes.mjs';

// What the emulator itself does otherwise. Both are asked of the fake Google (conformance.firebase).
const exceptions = [
  // It looks whether the account is disabled before it looks at the password.
  'ProviderAccounts.a_disabled_account_is_told_so_only_with_the_right_password',
  // It takes any token of another service, signed or not.
  'ProviderTokens.social_tokens_that_nobody_issued_are_refused',
];

const [program, plugin] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'gateway-firebase-'));
const section = join(folder, 'section.json');
const emulator = await startEmulator();
try {
  writeFileSync(section, JSON.stringify({ ProjectId: 'demo-gateway', Emulator: { Host: emulator.host, AllowUnsignedTokens: true } }));
  const suite = spawn(
    program,
    ['provider', plugin, '--config', section, '--network', `--gtest_filter=-${exceptions.join(':')}`],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  process.exitCode = (await ended(suite)) ?? 1;
} finally {
  await emulator.stop();
  rmSync(folder, { recursive: true });
}
