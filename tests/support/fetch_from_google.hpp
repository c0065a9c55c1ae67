// A host's http.fetch, done by a FakeGoogle: the SDK's messages on one side, Google's requests on the other,
// no network between. Thread safety: as FakeGoogle.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <gateway/outbound_http.hpp>

#include "tests/support/fake_google.hpp"

namespace gateway::testing {

inline FetchedHttp fetch_from(FakeGoogle& google, const FetchHttp& request) {
  const auto path = request.url.find('/', request.url.find("://") + 3);
  FakeGoogle::Headers headers;
  for (const HttpField& field : request.headers)
    headers.emplace_back(field.name, field.value.reveal());
  auto answer = google.handle(std::string(name_of(request.verb)), request.url.substr(path), headers,
                              std::string(request.body.reveal()));
  FetchedHttp fetched;
  fetched.status = answer.status;
  for (auto& [name, value] : answer.headers) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    fetched.headers.push_back({name, Secret(value)});
  }
  fetched.body = Secret(std::move(answer.body));
  return fetched;
}

}  // namespace gateway::testing
