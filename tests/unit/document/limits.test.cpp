/// Documents that would take more than the reader may spend.

#include <limits>
#include <string>

#include "refused.hpp"

using namespace rowan;
using namespace rowan::document;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string state_of_lines(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i)
    lines +=
        (i > 0 ? "," : "") + (R"({"no":)" + std::to_string(i)) + R"(,"quantity":1,"discounts":[]})";
  return R"({"id":42,"status":"","weight":null,"note":null,"lines":[)" + lines + "]}";
}

}  // namespace

TEST_CASE("a document of more bytes than allowed is not looked at") {
  const std::string good = with_state(std::string(good_state));
  DocumentLimits limits;
  limits.max_bytes = good.size();
  CHECK(refusal(good, limits) == "");
  limits.max_bytes = good.size() - 1;
  CHECK(refusal(good, limits) == ": no more than " + std::to_string(good.size() - 1) + " bytes");
  CHECK(refusal(std::string((std::size_t{16} << 20U) + 1, '[')) == ": no more than 16777216 bytes");
}

TEST_CASE("a document is no deeper than its mapping") {
  CHECK(refusal(std::string(1'000'000, '[')) == "/0/0/0/0/0/0/0: no more than 8 levels");
  CHECK(refusal(repeated(R"({"a":)", 1'000'000)) == "/a/a/a/a/a/a/a/a: no more than 8 levels");
  CHECK(refusal(with(R"("merge_patch":)" + repeated(R"({"a":[)", 100'000))) ==
        "/merge_patch/a/0/a/0/a/0/a: no more than 8 levels");
  DocumentLimits limits;
  limits.max_depth = 4;
  CHECK(refusal(with_state(std::string(good_state)), limits) ==
        "/state/lines/0/discounts: no more than 4 levels");
  limits.max_depth = 6;
  CHECK(refusal(with_state(std::string(good_state)), limits) == "");
  limits.max_depth = 0;
  CHECK(refusal("{}", limits) == ": no more than 0 levels");
}

TEST_CASE("the deepest patch of the deepest mapping is read") {
  CHECK(refusal(with(R"("base":)" + std::string(good_state) +
                     R"(,"json_patch":[{"op":"replace","path":"","value":)" +
                     std::string(good_state) + "}]")) == "");
}

TEST_CASE("rows are counted in base and state together") {
  DocumentLimits limits;
  limits.max_rows = 11;
  CHECK(refusal(with_state(state_of_lines(10)), limits) == "");
  limits.max_rows = 10;
  CHECK(refusal(with_state(state_of_lines(10)), limits) == "/state/lines/9: no more than 10 rows");
  limits.max_rows = 13;
  CHECK(refusal(with(R"("state":)" + state_of_lines(10) + R"(,"base":)" + state_of_lines(1)),
                limits) == "");
  limits.max_rows = 12;
  CHECK(refusal(with(R"("state":)" + state_of_lines(10) + R"(,"base":)" + state_of_lines(1)),
                limits) == "/state/lines/9: no more than 12 rows");
}

TEST_CASE("values that no rows need are refused before they are all there") {
  DocumentLimits limits;
  limits.max_rows = 100;
  limits.max_operations = 10;
  const std::string few = refusal("[" + repeated("0,", 100'000) + "0]", limits);
  CHECK(few == ": no more than 660 values");
  CHECK(refusal("[" + repeated("0,", 1'000'000) + "0]") == ": no more than 650010 values");
  limits.max_rows = std::numeric_limits<std::size_t>::max();
  limits.max_operations = std::numeric_limits<std::size_t>::max();
  CHECK(refusal(with_state(std::string(good_state)), limits) == "");
}

TEST_CASE("rows are not limited by how many values they have") {
  DocumentLimits limits;
  limits.max_rows = 5'000;
  limits.max_operations = 0;
  CHECK(refusal(with_state(state_of_lines(4'999)), limits) == "");
  CHECK(refusal(with_state(state_of_lines(5'000)), limits) ==
        "/state/lines/4999: no more than 5000 rows");
}
