// From errors of plugins and rejections of providers to the problems of the HTTP contract: the one place of
// that mapping. Nothing of an error's detail reaches the client; the plugin room has logged it under the
// request id. Thread safety: pure functions.
#pragma once

#include <gateway/provider_messages.hpp>
#include <gateway/result.hpp>

#include "core/http/problem.hpp"

namespace gateway::auth {

http::Problem storage_problem(const Error& error);
http::Problem provider_problem(const Error& error);
http::Problem rejection_problem(RejectReason reason);
http::Problem conflict_problem(std::string_view field);
http::Problem not_supported();

}  // namespace gateway::auth
