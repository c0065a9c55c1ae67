// Where a server that a test starts finds its place: a folder and a port of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace gateway::testing {

// A new folder, which its owner removes. Throws where there is none to be had.
std::filesystem::path temporary_folder(const std::string& of);

// Of 127.0.0.1, for a server that takes no socket from outside: free until somebody binds it, which another
// may do first and the server's log then says. Throws where there is none.
std::uint16_t free_port();

}  // namespace gateway::testing
