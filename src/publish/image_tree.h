// An image's documents and blobs, whatever wrote them: an index with all below it, or one manifest.
//
// Unlike parts_of() it needs nothing of images but the documents' form, so that attestations and artifacts
// within an index come along. Thread rule: free functions.
//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "oci/blob_store.h"
#include "publish/registry_client.h"

namespace hauberk {

struct ImageTree {
  std::vector<Document> documents = {};  // each once, children before what names them; the root is the last
  std::vector<Descriptor> blobs = {};  // configs and layers, each once
};

// Gives a document of the descriptor, verified.
using DocumentReader = std::function<Result<Document>(const Descriptor&)>;

// limit_exceeded: more than 4 indexes deep, or 2,000 documents; invalid_input: a blob that is named with two
// sizes; else as the reader says.
Result<ImageTree> read_tree(const DocumentReader& read, const Descriptor& root);

// Reads documents of a blob store, checked against digest and size.
DocumentReader stored_documents(const BlobStore& blobs);

}  // namespace hauberk
