#pragma once
/// Names only. Include this from domain headers; it costs nothing.

namespace rowan {

template <class T, class Id = void>
class Mapping;  ///< how a T is stored; roots also know their id type
template <class T>
struct ValueObject;  ///< how a T lies in several columns
template <class T>
class Ref;  ///< a handle to the one object with an id
class Schema;
class Store;
class UnitOfWork;

}  // namespace rowan
