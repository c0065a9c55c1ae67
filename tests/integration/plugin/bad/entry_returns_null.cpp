// Its entry function describes nothing.
#include "description.hpp"

BAD_PLUGIN_ENTRY() {
  return nullptr;
}
