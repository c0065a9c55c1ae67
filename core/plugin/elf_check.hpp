// Whether bytes are a whole ELF shared library of this machine (System V ABI, chapters 4 and 5), judged
// before the dynamic linker sees them.
//
// The dynamic linker trusts the headers: it maps what they name and a file that is shorter ends the process
// with SIGBUS on the first touch of the missing pages. Here every range that a header names has to lie inside
// the file. What a library does once it is loaded, and whether its inside makes sense, is not looked at.
// Thread safety: a pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::plugin {

// What is wrong with it, as a sentence for the operator; nullopt: nothing.
std::optional<std::string> elf_fault(std::string_view content);

}  // namespace gateway::plugin
