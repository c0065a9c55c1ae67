// X-Forwarded-For: whatever stands in the list, the outcome is the peer or an address of the list, only
// trusted addresses are walked over, and an untrusted peer is never overruled.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "core/http/client_address.hpp"

namespace {

using gateway::http::ForwardingTrust;
using gateway::http::HeaderField;
using gateway::http::IpAddress;
using gateway::http::IpNetwork;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const ForwardingTrust trust{
      {*IpNetwork::parse("10.0.0.0/8"), *IpNetwork::parse("2001:db8::/32")}, "X-Forwarded-For", 4};
  const IpAddress proxy = *IpAddress::parse("10.0.0.1");
  const IpAddress stranger = *IpAddress::parse("203.0.113.1");

  std::vector<HeaderField> fields;  // one field a line
  std::string_view rest = text;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = rest.find('\n');
    fields.push_back({"x-forwarded-for", rest.substr(0, end)});
    if (end != std::string_view::npos) rest.remove_prefix(end + 1);
  }

  require(client_address({}, proxy, fields) == proxy);
  require(client_address(trust, stranger, fields) == stranger);
  const IpAddress client = client_address(trust, proxy, fields);
  require(IpAddress::parse(client.to_string()) == client);
  bool listed = client == proxy;
  for (const HeaderField& field : fields) {
    std::string_view list = field.value;
    for (std::size_t comma = 0; comma != std::string_view::npos && !listed;) {
      comma = list.find(',');
      listed = gateway::http::parse_forwarded_entry(list.substr(0, comma)) == client;
      if (comma != std::string_view::npos) list.remove_prefix(comma + 1);
    }
  }
  require(listed);
  static_cast<void>(IpNetwork::parse(text));
  return 0;
}
