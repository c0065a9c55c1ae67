#include "tests/support/small_disk.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace gateway::testing {

namespace fs = std::filesystem;

namespace {

std::string enter_own_namespace() {
  if (::unshare(CLONE_NEWNS) != 0) return std::string("unshare: ") + std::strerror(errno);
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return std::string("mount: ") + std::strerror(errno);
  return "";
}

fs::path new_folder() {
  std::string pattern = (fs::temp_directory_path() / "gateway-disk-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  fs::permissions(pattern, fs::perms(0755));  // a server under another account goes through it
  return pattern;
}

}  // namespace

std::string SmallDisk::refused_because() {
  static const std::string reason = enter_own_namespace();
  return reason;
}

SmallDisk::SmallDisk(std::size_t megabytes)
    : outer_(new_folder()), mounted_(outer_ / "disk"), ballast_(mounted_ / "ballast") {
  std::string reason = refused_because();
  fs::create_directory(mounted_);
  const std::string size = "size=" + std::to_string(megabytes) + "m";
  if (reason.empty() && ::mount("tmpfs", mounted_.c_str(), "tmpfs", MS_NODEV | MS_NOSUID, size.c_str()) != 0)
    reason = std::string("mount: ") + std::strerror(errno);
  if (reason.empty()) return;
  fs::remove_all(outer_);
  throw std::runtime_error(reason);
}

SmallDisk::~SmallDisk() {
  // Detached where somebody still has a file open: it goes with the last one.
  if (::umount(mounted_.c_str()) != 0) ::umount2(mounted_.c_str(), MNT_DETACH);
  std::error_code ignored;
  fs::remove(mounted_, ignored);  // not remove_all: nothing is deleted should it still be mounted
  fs::remove(outer_, ignored);
}

void SmallDisk::fill() {
  const int file = ::open(ballast_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error("the ballast cannot be opened");
  static constexpr std::array<char, 65536> kBlock{};
  // A part of a block is taken as well, so the error comes when there is nothing left at all.
  while (::write(file, kBlock.data(), kBlock.size()) > 0) {
  }
  const int why = errno;
  ::close(file);
  if (why != ENOSPC) throw std::runtime_error(std::string("filling: ") + std::strerror(why));
}

void SmallDisk::make_room() {
  fs::remove(ballast_);
}

}  // namespace gateway::testing
