// Check 36, files: what may not be loaded is not even opened.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/plugin/plugin_catalog.hpp"
#include "tests/integration/plugin/plugin_folder.hpp"

namespace gateway::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr ::uid_t kSomebodyElse = 65534;
constexpr const char* kName = "sound-provider";

class FileTest : public ::testing::Test {
 protected:
  // Empty: it was loaded.
  std::string refusal(const std::optional<std::string>& pin = std::nullopt) {
    const auto library = plugin::PluginCatalog(folder_.path()).open(kName, PluginKind::Provider, pin);
    return library ? std::string() : library.error().detail;
  }
  void expect_refused(const fs::path& named, const std::string& reason) {
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr("plugin 'sound-provider': "), HasSubstr(named.string()), HasSubstr(reason)));
  }
  static std::string content_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  // A new file: one that is loaded must not change under the dynamic linker.
  static void write(const fs::path& file, const std::string& content) {
    fs::remove(file);
    std::ofstream(file, std::ios::binary) << content;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  }
  static void add_mode(const fs::path& path, fs::perms mode) {
    fs::permissions(path, mode, fs::perm_options::add);
  }

  PluginFolder folder_;
};

TEST_F(FileTest, ASoundPluginIsLoaded) {
  folder_.put(kName);
  EXPECT_EQ(refusal(), "");
}

TEST_F(FileTest, check_36_AMissingFileIsNamedWithWhatIsThere) {
  folder_.put("sound-policy");
  folder_.put("sound-store");
  expect_refused(folder_.file(kName), "the folder has: sound-policy, sound-store");
}

TEST_F(FileTest, check_36_ANameThatLeavesTheFolderIsRefused) {
  const PluginFolder other;
  for (const char* name : {"../sound-provider", "a/b", "", "Sound", "a.b"}) {
    const auto library = plugin::PluginCatalog(folder_.path()).open(name, PluginKind::Provider, std::nullopt);
    ASSERT_FALSE(library.ok()) << name;
    EXPECT_THAT(library.error().detail, HasSubstr("lower-case letters")) << name;
  }
}

TEST_F(FileTest, check_36_AFileThatOthersCanWriteIsRefused) {
  for (const fs::perms mode : {fs::perms::others_write, fs::perms::group_write}) {
    const fs::path file = folder_.put(kName);
    add_mode(file, mode);
    expect_refused(file, "writable by group or others");
    fs::remove(file);
  }
}

TEST_F(FileTest, check_36_AFolderThatOthersCanWriteIsRefused) {
  folder_.put(kName);
  for (const fs::perms mode : {fs::perms::others_write, fs::perms::group_write}) {
    add_mode(folder_.path(), mode);
    expect_refused(folder_.path(), "writable by group or others");
    fs::permissions(folder_.path(), mode, fs::perm_options::remove);
  }
  EXPECT_EQ(refusal(), "");
}

TEST_F(FileTest, check_36_ALinkIsJudgedByWhatItPointsAt) {
  PluginFolder elsewhere;
  const fs::path target = elsewhere.put(kName);
  fs::create_symlink(target, folder_.file(kName));
  EXPECT_EQ(refusal(), "");
  add_mode(target, fs::perms::others_write);
  expect_refused(target, "writable by group or others");
  fs::permissions(target, fs::perms::others_write, fs::perm_options::remove);
  add_mode(elsewhere.path(), fs::perms::others_write);
  expect_refused(elsewhere.path(), "writable by group or others");
}

TEST_F(FileTest, check_36_AForeignOwnerIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const fs::path file = folder_.put(kName);
  ASSERT_EQ(::chown(file.c_str(), kSomebodyElse, kSomebodyElse), 0);
  expect_refused(file, "owned by user 65534");
  ASSERT_EQ(::chown(file.c_str(), 0, 0), 0);
  ASSERT_EQ(::chown(folder_.path().c_str(), kSomebodyElse, kSomebodyElse), 0);
  expect_refused(folder_.path(), "owned by user 65534");
}

TEST_F(FileTest, check_36_WhatIsNoFileOrNoLibraryIsRefused) {
  fs::create_directory(folder_.file(kName));
  expect_refused(folder_.file(kName), "not a regular file");
  fs::remove(folder_.file(kName));
  std::ofstream(folder_.file(kName)) << "not a library";
  fs::permissions(folder_.file(kName), fs::perms::owner_all);
  expect_refused(folder_.file(kName), "not a shared library");
}

// The dynamic linker would end the process with SIGBUS.
TEST_F(FileTest, check_36_ATruncatedLibraryIsRefused) {
  const fs::path file = folder_.put(kName);
  const std::string whole = content_of(file);
  for (const std::size_t size : {whole.size() - 1, whole.size() - 64, whole.size() * 3 / 4, whole.size() / 2,
                                 std::size_t{20'000}, std::size_t{4'096}, std::size_t{1'000}, std::size_t{64},
                                 std::size_t{63}, std::size_t{17}, std::size_t{4}}) {
    ASSERT_LT(size, whole.size());
    fs::resize_file(file, size);
    expect_refused(file, "truncated");
    write(file, whole);
  }
  fs::resize_file(file, 0);
  expect_refused(file, "empty");
  write(file, whole);
  EXPECT_EQ(refusal(), "");
}

TEST_F(FileTest, check_36_ALibraryThatIsNotForThisMachineIsRefused) {
  const fs::path file = folder_.put(kName);
  const std::string whole = content_of(file);
  const auto with_byte = [&](std::size_t at, char value) {
    std::string changed = whole;
    changed.at(at) = value;
    write(file, changed);
  };
  with_byte(EI_CLASS, ELFCLASS32);
  expect_refused(file, "not a 64-bit library");
  with_byte(EI_DATA, ELFDATA2MSB);
  expect_refused(file, "byte order");
  with_byte(EI_VERSION, 9);
  expect_refused(file, "ELF version");
  with_byte(offsetof(Elf64_Ehdr, e_type), ET_EXEC);
  expect_refused(file, "a program, not a shared library");
  with_byte(offsetof(Elf64_Ehdr, e_type), ET_REL);
  expect_refused(file, "an object file");
  with_byte(offsetof(Elf64_Ehdr, e_type), ET_CORE);
  expect_refused(file, "not a shared library");
  with_byte(offsetof(Elf64_Ehdr, e_machine), EM_386);
  expect_refused(file, "another processor");
}

TEST_F(FileTest, check_36_HeadersThatNameRangesOutsideTheFileAreRefused) {
  const fs::path file = folder_.put(kName);
  const std::string whole = content_of(file);
  const auto with_header = [&](const std::function<void(Elf64_Ehdr&)>& change) {
    std::string changed = whole;
    Elf64_Ehdr header;
    std::memcpy(&header, changed.data(), sizeof header);
    change(header);
    std::memcpy(changed.data(), &header, sizeof header);
    write(file, changed);
  };
  constexpr std::uint64_t kHuge = ~std::uint64_t{0} - 8;
  for (const std::uint64_t offset : {std::uint64_t{whole.size()}, kHuge}) {
    with_header([&](Elf64_Ehdr& header) { header.e_phoff = offset; });
    expect_refused(file, "table of program headers");
    with_header([&](Elf64_Ehdr& header) { header.e_shoff = offset; });
    expect_refused(file, "table of section headers");
  }
  for (const int count : {0, PN_XNUM}) {
    with_header([&](Elf64_Ehdr& header) { header.e_phnum = static_cast<Elf64_Half>(count); });
    expect_refused(file, "no usable program headers");
  }
  with_header([&](Elf64_Ehdr& header) { header.e_phentsize = 8; });
  expect_refused(file, "no usable program headers");
  with_header([&](Elf64_Ehdr& header) { header.e_shentsize = 8; });
  expect_refused(file, "section headers");
  // One segment whose end wraps around.
  Elf64_Ehdr header;
  std::memcpy(&header, whole.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const std::size_t at = header.e_phoff + i * sizeof(Elf64_Phdr);
    Elf64_Phdr segment;
    std::memcpy(&segment, whole.data() + at, sizeof segment);
    if (segment.p_type != PT_LOAD) continue;
    std::string changed = whole;
    segment.p_filesz = segment.p_memsz = kHuge;
    segment.p_offset = 4'096;
    std::memcpy(changed.data() + at, &segment, sizeof segment);
    write(file, changed);
    expect_refused(file, "loaded content");
  }
}

TEST_F(FileTest, check_36_APinDecides) {
  const fs::path file = folder_.put(kName);
  const auto checked = plugin::check_plugin_file(file, std::nullopt);
  ASSERT_TRUE(checked.ok());
  ASSERT_EQ(checked->sha256.size(), 64U);
  std::string upper = checked->sha256;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(refusal(checked->sha256), "");
  EXPECT_EQ(refusal(upper), "");

  std::string other = checked->sha256;
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_THAT(refusal(other),
              AllOf(HasSubstr("plugin 'sound-provider'"), HasSubstr(checked->sha256), HasSubstr(other)));
  EXPECT_THAT(refusal(""), HasSubstr("the configuration pins"));
  // One more byte, and it is another file.
  std::ofstream(file, std::ios::app) << 'x';
  EXPECT_THAT(refusal(checked->sha256), HasSubstr("the configuration pins " + checked->sha256));
}

}  // namespace
}  // namespace gateway::testing
