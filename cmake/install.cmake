# SPDX-License-Identifier: Apache-2.0
# cmake --install: the program, a manual page for each of its verbs, the documents, the starter catalogue, and
# the signer's service, which is not enabled by that.
include(GNUInstallDirs)
find_package(Python3 COMPONENTS Interpreter)

install(TARGETS hauberk RUNTIME)
install(DIRECTORY catalog/ DESTINATION ${CMAKE_INSTALL_DATADIR}/hauberk/catalog)
install(FILES LICENSE README.md ARCHITECTURE.md CHANGELOG.md SECURITY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
# Not below lib/<triplet>: systemd looks in lib alone, of /usr and of /usr/local.
install(FILES packaging/systemd/hauberk-signer.service DESTINATION lib/systemd/system)
install(DIRECTORY packaging/systemd/sysusers.d packaging/systemd/tmpfiles.d DESTINATION lib)

# The pages are made of what the program says of itself, so that they cannot disagree with it.
if(Python3_FOUND)
  set(man ${PROJECT_BINARY_DIR}/man)
  add_custom_command(OUTPUT ${man}/hauberk.1
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/make-man $<TARGET_FILE:hauberk> ${man}
    DEPENDS hauberk ${PROJECT_SOURCE_DIR}/tools/make-man
    COMMENT "Writing the manual pages")
  add_custom_target(man ALL DEPENDS ${man}/hauberk.1)
  install(DIRECTORY ${man}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
endif()
