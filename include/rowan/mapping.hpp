#pragma once
/// How your classes meet their tables.
///
/// What a table must have is a parameter; what it may have is chained.
///
///     return rowan::aggregate("orders", key("id", &Order::id_), version("version",
///     &Order::version_))
///         .column("customer_id", &Order::customer_, references("customers"))
///         .value("ship_", &Order::ship_to_)
///         .children(&Order::lines_, order_lines());
///
/// A mapping is a value: build it in one .cpp file and only declare it elsewhere.

#include <rowan/codec.hpp>
#include <rowan/mapping/key.hpp>
#include <rowan/mapping/mapping.hpp>
#include <rowan/mapping/name.hpp>
#include <rowan/mapping/tables.hpp>
#include <rowan/mapping/value_object.hpp>
#include <rowan/mapping/variant.hpp>
