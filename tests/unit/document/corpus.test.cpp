/// The documents that a fuzzer has found worth keeping, read once more.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include <rowan/errors.hpp>

#include "shapes.hpp"

using namespace rowan;
using namespace rowan::document;

TEST_CASE("a document of the corpus is refused, or read and written as it was") {
  int read_whole = 0;
  int refused = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(ROWAN_SOURCE_DIR "/tests/fuzz/document_corpus")) {
    CAPTURE(file.path().string());
    std::ifstream in(file.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    for (const Shape& shape : {orders(), everything()}) {
      Document document;
      try {
        document = read(shape, text);
      } catch (const DocumentError&) {
        ++refused;
        continue;
      }
      ++read_whole;
      CHECK(same(read(shape, write(shape, document)), document));
    }
  }
  CHECK(read_whole > 10);
  CHECK(refused > 10);
}
