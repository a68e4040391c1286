// Who frees an object of a C library: std::unique_ptr<BIO, FreeBy<BIO_free_all>>.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hauberk {

// `function` takes the pointer; what it returns is dropped.
template <auto function>
struct FreeBy {
  template <class T>
  void operator()(T* object) const {
    function(object);
  }
};

}  // namespace hauberk
