// Prints REFERENCE.md: gateway_config_reference > core/config/REFERENCE.md
#include <cstdio>

#include "core/config/gateway_schema.hpp"
#include "core/config/reference.hpp"

int main() {
  return std::fputs(gateway::config::reference_markdown(gateway::config::gateway_schema()).c_str(), stdout) <
         0;
}
