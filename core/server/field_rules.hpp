// FieldRules: the header fields that decide where a request ends and whom it is for, judged one by one as
// they are parsed and together at the end of the head. What a proxy in front could read differently is
// refused, not interpreted. Thread safety: none; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/server/request_parser.hpp"

namespace gateway::server {

class FieldRules {
 public:
  // Looks at one field. An error ends the request.
  std::optional<FramingError> add(std::string_view name, std::string_view value);

  std::string_view request_id() const noexcept { return request_id_; }
  bool chunked() const noexcept { return has_transfer_encoding_; }  // no other coding is accepted
  std::uint64_t content_length() const noexcept { return content_length_; }

  // After the last field: what version and fields mean together, written to `head` (whose http_1_0 is set).
  std::optional<FramingError> conclude(RequestHead& head) const;

 private:
  std::optional<FramingError> add_content_length(std::string_view value);
  std::optional<FramingError> add_transfer_encoding(std::string_view value);
  std::optional<FramingError> add_host(std::string_view value);
  void add_connection(std::string_view value);

  bool has_host_ = false;
  bool has_authorization_ = false;
  bool has_content_length_ = false;
  bool has_transfer_encoding_ = false;
  bool has_request_id_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
  bool expects_continue_ = false;
  bool expects_other_ = false;
  std::uint64_t content_length_ = 0;
  std::string_view request_id_;
};

}  // namespace gateway::server
