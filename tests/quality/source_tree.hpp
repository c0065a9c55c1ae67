// SourceTree: the files of this tree as the quality tests see them: what is kept under version control,
// without what the build makes. Thread safety: immutable after construction.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::testing {

struct SourceFile {
  std::string path;  // relative to the root, with '/'
  std::string text;

  bool below(std::string_view folder) const { return path.compare(0, folder.size(), folder) == 0; }
  bool ends_with(std::string_view tail) const {
    return path.size() >= tail.size() && path.compare(path.size() - tail.size(), tail.size(), tail) == 0;
  }
  bool is_cpp() const { return ends_with(".cpp") || ends_with(".cpp.in") || ends_with(".c"); }
  bool is_header() const { return ends_with(".hpp") || ends_with(".hpp.in") || ends_with(".h"); }
  std::string name() const { return std::filesystem::path(path).filename().string(); }
};

class SourceTree {
 public:
  // Throws std::filesystem::filesystem_error where the tree cannot be read.
  explicit SourceTree(const std::filesystem::path& root);

  const std::vector<SourceFile>& files() const noexcept { return files_; }
  // Relative paths, sorted; of the folders below core/, plugins/, providers/, storage/, examples/, tests/,
  // migrations/ and deploy/, and these themselves.
  const std::vector<std::string>& folders() const noexcept { return folders_; }
  bool has(std::string_view path) const;
  // The text of a file that must be there; throws std::out_of_range.
  const std::string& text_of(std::string_view path) const;

 private:
  std::vector<SourceFile> files_;
  std::vector<std::string> folders_;
};

}  // namespace gateway::testing
