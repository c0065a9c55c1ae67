#include "tests/quality/source_tree.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace gateway::testing {

namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 8> kFolders{"core",     "plugins", "providers",  "storage",
                                              "examples", "tests",   "migrations", "deploy"};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Inputs of fuzz targets are bytes, not text of ours.
bool is_corpus(const fs::path& path) {
  return path.filename() == "corpus";
}

}  // namespace

SourceTree::SourceTree(const fs::path& root) {
  const auto relative = [&](const fs::path& path) { return path.lexically_relative(root).generic_string(); };
  for (const auto& entry : fs::directory_iterator(root)) {
    // Of the root only what it shows: the version control's own files begin with a dot.
    if (entry.is_regular_file() && entry.path().filename().string().front() != '.')
      files_.push_back({relative(entry.path()), read(entry.path())});
  }
  for (const char* folder : kFolders) {
    if (!fs::is_directory(root / folder)) continue;
    folders_.emplace_back(folder);
    for (auto at = fs::recursive_directory_iterator(root / folder); at != fs::end(at); ++at) {
      if (at->is_directory()) {
        if (is_corpus(at->path())) {
          at.disable_recursion_pending();
        } else {
          folders_.push_back(relative(at->path()));
        }
      } else if (at->is_regular_file()) {
        files_.push_back({relative(at->path()), read(at->path())});
      }
    }
  }
  std::sort(folders_.begin(), folders_.end());
  std::sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
}

bool SourceTree::has(std::string_view path) const {
  return std::any_of(files_.begin(), files_.end(), [&](const SourceFile& file) { return file.path == path; });
}

const std::string& SourceTree::text_of(std::string_view path) const {
  const auto found =
      std::find_if(files_.begin(), files_.end(), [&](const SourceFile& file) { return file.path == path; });
  if (found == files_.end()) throw std::out_of_range("no such file: " + std::string(path));
  return found->text;
}

}  // namespace gateway::testing
