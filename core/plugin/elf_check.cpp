#include "core/plugin/elf_check.hpp"

#include <cstdint>
#include <cstring>

#include <elf.h>

namespace gateway::plugin {

namespace {

#if defined(__x86_64__)
constexpr unsigned kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr unsigned kMachine = EM_RISCV;
#else
constexpr unsigned kMachine = EM_NONE;  // not checked: the dynamic linker refuses a foreign one by itself
#endif

#if __SIZEOF_POINTER__ == 8
using Header = Elf64_Ehdr;
using Segment = Elf64_Phdr;
using Section = Elf64_Shdr;
constexpr unsigned char kClass = ELFCLASS64;
constexpr const char* kClassText = "not a 64-bit library, as this gateway needs it";
#else
using Header = Elf32_Ehdr;
using Segment = Elf32_Phdr;
using Section = Elf32_Shdr;
constexpr unsigned char kClass = ELFCLASS32;
constexpr const char* kClassText = "not a 32-bit library, as this gateway needs it";
#endif

constexpr unsigned char kByteOrder = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;

// No sum: a header may name any number.
bool lies_inside(std::uint64_t size, std::uint64_t offset, std::uint64_t length) {
  return offset <= size && length <= size - offset;
}

std::string truncated(std::string_view content, const char* what) {
  return "truncated or damaged: its " + std::string(what) + " lies beyond the " +
         std::to_string(content.size()) + " bytes that are there; copy the file again";
}

// The caller has made sure that it lies inside. Copied: the file aligns nothing.
template <class Part>
Part read_at(std::string_view content, std::uint64_t offset) {
  Part part;
  std::memcpy(&part, content.data() + offset, sizeof part);
  return part;
}

std::optional<std::string> header_fault(std::string_view content, const Header& header) {
  const auto& ident = header.e_ident;
  if (ident[EI_CLASS] != kClass) return kClassText;
  if (ident[EI_DATA] != kByteOrder) return "built for a machine with another byte order";
  if (ident[EI_VERSION] != EV_CURRENT) return "of an ELF version that does not exist";
  if (header.e_type == ET_EXEC) return "a program, not a shared library";
  if (header.e_type == ET_REL) return "an object file, not a shared library; link it with -shared";
  if (header.e_type != ET_DYN) return "an ELF file, but not a shared library";
  if (kMachine != EM_NONE && header.e_machine != kMachine) {
    return "built for another processor: ELF machine " + std::to_string(header.e_machine) +
           ", this gateway runs on " + std::to_string(kMachine);
  }
  if (header.e_phnum == 0 || header.e_phnum == PN_XNUM || header.e_phentsize != sizeof(Segment)) {
    return "damaged: it has no usable program headers";
  }
  if (!lies_inside(content.size(), header.e_phoff, std::uint64_t{header.e_phnum} * sizeof(Segment))) {
    return truncated(content, "table of program headers");
  }
  return std::nullopt;
}

std::optional<std::string> segments_fault(std::string_view content, const Header& header) {
  bool is_loadable = false;
  bool is_dynamic = false;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = read_at<Segment>(content, header.e_phoff + i * sizeof(Segment));
    is_loadable = is_loadable || segment.p_type == PT_LOAD;
    is_dynamic = is_dynamic || segment.p_type == PT_DYNAMIC;
    if (segment.p_type == PT_NULL || segment.p_filesz == 0) continue;
    if (!lies_inside(content.size(), segment.p_offset, segment.p_filesz)) {
      return truncated(content, segment.p_type == PT_LOAD ? "loaded content" : "content");
    }
    if (segment.p_type == PT_LOAD && segment.p_memsz < segment.p_filesz) {
      return "damaged: a part of it is larger in the file than in memory";
    }
  }
  if (!is_loadable) return "damaged: nothing in it can be loaded";
  if (!is_dynamic) return "not a shared library: it has no dynamic section";
  return std::nullopt;
}

// Nothing that is loaded, but it stands at the end of the file, so that it shows a cut that the segments do
// not. A stripped library may be without.
std::optional<std::string> sections_fault(std::string_view content, const Header& header) {
  if (header.e_shoff == 0) return std::nullopt;
  if (header.e_shentsize != sizeof(Section)) return "damaged: its section headers have another size";
  const std::uint64_t count = header.e_shnum == 0 ? 1 : header.e_shnum;
  if (!lies_inside(content.size(), header.e_shoff, count * sizeof(Section))) {
    return truncated(content, "table of section headers");
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> elf_fault(std::string_view content) {
  if (content.empty()) return "empty: no shared library";
  if (content.substr(0, SELFMAG) != std::string_view(ELFMAG, SELFMAG)) {
    return "not a shared library: it does not begin as an ELF file";
  }
  if (content.size() < sizeof(Header)) return truncated(content, "ELF header");
  const auto header = read_at<Header>(content, 0);
  if (auto fault = header_fault(content, header)) return fault;
  if (auto fault = segments_fault(content, header)) return fault;
  return sections_fault(content, header);
}

}  // namespace gateway::plugin
