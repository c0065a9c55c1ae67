# `cpack` makes a Debian package: program, plugins, unit and a first configuration (deploy/systemd).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME identity-gateway)
set(CPACK_PACKAGE_VENDOR "Identity Gateway")
set(CPACK_PACKAGE_CONTACT "Identity Gateway <identity-gateway@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL gateway unit)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_LIST_DIR}/../../deploy/systemd/conffiles"
    "${CMAKE_CURRENT_LIST_DIR}/../../deploy/systemd/postinst" "${CMAKE_CURRENT_LIST_DIR}/../../deploy/systemd/prerm"
    "${CMAKE_CURRENT_LIST_DIR}/../../deploy/systemd/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Only into the package: an installation elsewhere has no business in /etc.
install(FILES "${PROJECT_SOURCE_DIR}/deploy/systemd/identity-gateway.service"
        DESTINATION lib/systemd/system COMPONENT unit EXCLUDE_FROM_ALL)
install(FILES "${PROJECT_SOURCE_DIR}/deploy/systemd/appsettings.json" DESTINATION /etc/identity-gateway
        COMPONENT unit EXCLUDE_FROM_ALL)
include(CPack)
