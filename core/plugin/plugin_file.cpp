#include "core/plugin/plugin_file.hpp"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include <gateway/toolkit/sha256.hpp>

#include "core/plugin/elf_check.hpp"

namespace gateway::plugin {

namespace {

constexpr std::uintmax_t kMaxPluginBytes = 512U << 20;

std::optional<std::string> fault_of(const std::filesystem::path& path, bool folder) {
  struct ::stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::string(std::strerror(errno));
  if (folder ? !S_ISDIR(info.st_mode) : !S_ISREG(info.st_mode)) {
    return std::string(folder ? "not a folder" : "not a regular file");
  }
  if (info.st_uid != 0 && info.st_uid != ::geteuid()) {
    return "owned by user " + std::to_string(info.st_uid) + ", which is neither root nor the gateway's own";
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return "writable by group or others; remove it with chmod go-w";
  }
  return std::nullopt;
}

std::string hex(const toolkit::Sha256Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text.push_back(kDigits[byte >> 4U]);
    text.push_back(kDigits[byte & 0xfU]);
  }
  return text;
}

std::string lower(std::string text) {
  for (char& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

Result<Done> check_plugin_folder(const std::filesystem::path& path) {
  if (const auto fault = fault_of(path, true)) return invalid(path.string() + ": " + *fault);
  return Done{};
}

Result<PluginFile> check_plugin_file(const std::filesystem::path& path,
                                     const std::optional<std::string>& pin) {
  std::error_code failed;
  // Symbolic links are resolved first: what is checked is what is loaded.
  const std::filesystem::path real = std::filesystem::canonical(path, failed);
  if (failed) return invalid(path.string() + ": " + failed.message());
  if (const auto fault = fault_of(real, false)) return invalid(real.string() + ": " + *fault);
  if (const auto fault = fault_of(real.parent_path(), true)) {
    return invalid(real.parent_path().string() + ": " + *fault);
  }
  const std::uintmax_t size = std::filesystem::file_size(real, failed);
  if (failed || size > kMaxPluginBytes) return invalid(real.string() + ": too large for a plugin");
  // At once: byte by byte was a fifth of a start, and most of it in a build with sanitizers.
  std::string content(static_cast<std::size_t>(size), '\0');
  std::ifstream file(real, std::ios::binary);
  if (!file.read(content.data(), static_cast<std::streamsize>(size)))
    return invalid(real.string() + ": cannot be read");
  PluginFile checked{real, hex(toolkit::sha256(content))};
  if (pin && lower(*pin) != checked.sha256) {
    return invalid(real.string() + ": its SHA-256 is " + checked.sha256 + ", the configuration pins " +
                   lower(*pin));
  }
  if (const auto fault = elf_fault(content)) return invalid(real.string() + ": " + *fault);
  return checked;
}

}  // namespace gateway::plugin
