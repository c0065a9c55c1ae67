// From errors of plugins and rejections of providers to the problems of the HTTP contract: the one place of
// that mapping. Nothing of an error's detail reaches the client; the plugin room has logged it under the
// request id. Thread safety: pure functions.
#pragma once

#include <gateway/provider_messages.hpp>
#include <gateway/result.hpp>

#include "core/http/problem.hpp"
#include "core/plugin/plugin_instance.hpp"

namespace gateway::auth {

http::Problem storage_problem(const Error& error);
// Of the attempt counters, which are no storage: whoever operates the gateway has to look elsewhere.
http::Problem counters_problem(const Error& error);
// With the codes that the contract has for this provider, where it has any.
http::Problem provider_problem(const plugin::PluginInstance& provider, const Error& error);
http::Problem rejection_problem(const plugin::PluginInstance& provider, RejectReason reason,
                                std::string_view password_field = "Password");
http::Problem conflict_problem(std::string_view field);
http::Problem not_supported();

}  // namespace gateway::auth
