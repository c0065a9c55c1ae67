# For plugin authors, installed with the SDK:
#
#   identity_gateway_add_plugin(NAME SOURCES a.cpp … [LINK lib …])
#     The plugin NAME.so, built against the SDK and the toolkit, exporting its entry point and nothing else.
function(identity_gateway_add_plugin name)
  cmake_parse_arguments(PLUGIN "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} MODULE ${PLUGIN_SOURCES})
  target_link_libraries(${name} PRIVATE IdentityGateway::sdk IdentityGateway::toolkit ${PLUGIN_LINK})
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL)
  set_target_properties(${name} PROPERTIES PREFIX ""
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
endfunction()
