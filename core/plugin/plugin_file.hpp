// PluginFile: a shared library on disk that may be loaded: found, owned and protected as executable code of a
// security service has to be. Loading it runs its code, so everything is checked before.
//
// Refused: what is not a regular file; a file or folder that somebody other than root or the gateway's own
// user owns or can write to; a file whose SHA-256 differs from the pin in the configuration; a file that is
// not a whole shared library of this machine (elf_check.hpp). Thread safety: pure functions. Errors: Invalid,
// naming the file and the reason.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <gateway/result.hpp>

namespace gateway::plugin {

struct PluginFile {
  std::filesystem::path path;
  std::string sha256;  // lower-case hex
};

// The folder alone: that it is there and as protected as its files have to be.
Result<Done> check_plugin_folder(const std::filesystem::path& path);

// `pin`: the expected SHA-256 in hex, either case.
Result<PluginFile> check_plugin_file(const std::filesystem::path& path,
                                     const std::optional<std::string>& pin);

}  // namespace gateway::plugin
