# What makes the installed SDK a CMake package: find_package(IdentityGateway).
include(CMakePackageConfigHelpers)

set(package_dir "lib/cmake/IdentityGateway")
configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/IdentityGatewayConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/IdentityGatewayConfig.cmake" INSTALL_DESTINATION "${package_dir}")
# While the ABI is a draft, another minor version may have another one.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/IdentityGatewayConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(EXPORT IdentityGatewayTargets NAMESPACE IdentityGateway:: DESTINATION "${package_dir}" COMPONENT sdk)
install(FILES
  "${PROJECT_BINARY_DIR}/IdentityGatewayConfig.cmake"
  "${PROJECT_BINARY_DIR}/IdentityGatewayConfigVersion.cmake"
  "${CMAKE_CURRENT_LIST_DIR}/IdentityGatewayPlugin.cmake"
  DESTINATION "${package_dir}" COMPONENT sdk)
