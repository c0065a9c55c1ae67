# For plugin authors, installed with the SDK:
#
#   identity_gateway_add_plugin(NAME [ID id] SOURCES a.cpp … [LINK lib …])
#     The plugin ID.so (left out: NAME.so), built against the SDK and the toolkit, exporting its entry point and nothing
#     else. A gateway finds a plugin by its file's name, which must be the id in its manifest.
function(identity_gateway_add_plugin name)
  cmake_parse_arguments(PLUGIN "" "ID" "SOURCES;LINK" ${ARGN})
  if(NOT PLUGIN_ID)
    set(PLUGIN_ID ${name})
  endif()
  add_library(${name} MODULE ${PLUGIN_SOURCES})
  target_link_libraries(${name} PRIVATE IdentityGateway::sdk IdentityGateway::toolkit ${PLUGIN_LINK})
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL)
  set_target_properties(${name} PROPERTIES PREFIX "" OUTPUT_NAME "${PLUGIN_ID}"
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
endfunction()
