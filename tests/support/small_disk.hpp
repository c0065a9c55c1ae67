// SmallDisk: an empty file system of a few megabytes (tmpfs) in a temporary folder of its own, to be filled
// up.
//
// Mounting needs the right to: refused_because() says whether this process has it. The first disk takes the
// thread that makes it into a mount namespace of its own, so that nobody else sees the mount and it ends with
// the process at the latest; other threads that were there before do not see it either, children of this one
// do. Thread safety: from one thread. Ownership: unmounts and removes the folder; what uses it must have
// ended. Units: megabytes of 2^20 bytes. Errors: std::runtime_error.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace gateway::testing {

class SmallDisk {
 public:
  explicit SmallDisk(std::size_t megabytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  // Empty: mounting is allowed.
  static std::string refused_because();

  // The root of the file system: empty at first.
  std::filesystem::path folder() const { return mounted_; }

  // Takes all that is left, until make_room() gives it back.
  void fill();
  void make_room();

 private:
  std::filesystem::path outer_;
  std::filesystem::path mounted_;
  std::filesystem::path ballast_;
};

}  // namespace gateway::testing
