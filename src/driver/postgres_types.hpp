#pragma once
/// Types of PostgreSQL, by the numbers that src/include/catalog/pg_type.dat gives them for good.

#include <libpq-fe.h>

namespace rowan::driver::oid {

constexpr Oid boolean = 16;
constexpr Oid bytea = 17;
constexpr Oid name = 19;
constexpr Oid int8 = 20;
constexpr Oid int2 = 21;
constexpr Oid int4 = 23;
constexpr Oid text = 25;
constexpr Oid json = 114;
constexpr Oid float4 = 700;
constexpr Oid float8 = 701;
constexpr Oid bpchar = 1042;  // char(n)
constexpr Oid varchar = 1043;
constexpr Oid date = 1082;
constexpr Oid timestamp = 1114;
constexpr Oid timestamptz = 1184;
constexpr Oid numeric = 1700;
constexpr Oid uuid = 2950;
constexpr Oid jsonb = 3802;

}  // namespace rowan::driver::oid
