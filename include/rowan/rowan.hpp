#pragma once
/// All of Rowan, but for rowan/soci.hpp and the testing kit.

#include <rowan/mapping.hpp>
#include <rowan/observer.hpp>
#include <rowan/query.hpp>
#include <rowan/schema.hpp>
#include <rowan/store.hpp>
#include <rowan/unit_of_work.hpp>
