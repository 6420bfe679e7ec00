/// How Chinook's classes lie in its tables: one mapping, spelled in two ways.

#include "mappings.hpp"

#include <rowan/mapping.hpp>

namespace chinook {

using rowan::key, rowan::parent, rowan::part, rowan::references, rowan::self,
    rowan::unique_in_table, rowan::value_object, rowan::version;

template <auto S>
struct Tables {
  template <Words W>
  static constexpr const char* n = spelled<S, W>.data();

  static auto person_name() {
    return value_object(part(n<"first_name">, &PersonName::first),
                        part(n<"last_name">, &PersonName::last));
  }
  static auto address() {
    return value_object(part(n<"address">, &Address::street), part(n<"city">, &Address::city),
                        part(n<"state">, &Address::state), part(n<"country">, &Address::country),
                        part(n<"postal_code">, &Address::postal_code));
  }

  static rowan::Mapping<Employee, EmployeeId> employees() {
    return rowan::aggregate(n<"employee">, key(n<"employee_id">, &Employee::id_),
                            version(n<"version">))
        .value("", &Employee::name_, person_name())
        .column(n<"title">, &Employee::title_)
        .column(n<"reports_to">, &Employee::reports_to_, references(n<"employee">))
        .column(n<"birth_date">, &Employee::born_)
        .column(n<"hire_date">, &Employee::hired_)
        .value("", &Employee::address_, address())
        .column(n<"phone">, &Employee::phone_)
        .column(n<"fax">, &Employee::fax_)
        .column(n<"email">, &Employee::email_);
  }
  static rowan::Mapping<Customer, CustomerId> customers() {
    return rowan::aggregate(n<"customer">, key(n<"customer_id">, &Customer::id_),
                            version(n<"version">))
        .value("", &Customer::name_, person_name())
        .column(n<"company">, &Customer::company_)
        .value("", &Customer::address_, address())
        .column(n<"phone">, &Customer::phone_)
        .column(n<"fax">, &Customer::fax_)
        .column(n<"email">, &Customer::email_)
        .column(n<"support_rep_id">, &Customer::support_, references(n<"employee">));
  }

  static rowan::Mapping<Invoice, InvoiceId> invoices() {
    return rowan::aggregate(n<"invoice">, key(n<"invoice_id">, &Invoice::id_),
                            version(n<"version">, &Invoice::version_))
        .column(n<"customer_id">, &Invoice::customer_, references(n<"customer">))
        .column(n<"invoice_date">, &Invoice::date_)
        .value(n<"billing_">, &Invoice::billing_, address())  // billing_address, billing_city...
        .column(n<"total">, &Invoice::total_)
        .children(&Invoice::lines_, invoice_lines())
        .template invariant<&Invoice::check>();
  }
  static rowan::Mapping<InvoiceLine> invoice_lines() {
    return rowan::child(n<"invoice_line">, parent(n<"invoice_id">),
                        key(n<"invoice_line_id">, &InvoiceLine::id, unique_in_table))
        .column(n<"track_id">, &InvoiceLine::track)
        .column(n<"unit_price">, &InvoiceLine::unit_price)
        .column(n<"quantity">, &InvoiceLine::quantity);
  }

  /// Nobody edits genres here, so the table stays without a version.
  static rowan::Mapping<Genre, GenreId> genres() {
    return rowan::aggregate(n<"genre">, key(n<"genre_id">, &Genre::id), rowan::unversioned)
        .column(n<"name">, &Genre::name);
  }
  static rowan::Mapping<Album, AlbumId> albums() {
    return rowan::aggregate(n<"album">, key(n<"album_id">, &Album::id_), version(n<"version">))
        .column(n<"title">, &Album::title_)
        .column(n<"artist_id">, &Album::artist_)
        .children(&Album::tracks_, tracks());
  }
  /// A track that moves to another album is one UPDATE, and whoever names it still does.
  static rowan::Mapping<Track> tracks() {
    return rowan::child(n<"track">, parent(n<"album_id">),
                        key(n<"track_id">, &Track::id, unique_in_table))
        .column(n<"name">, &Track::name)
        .column(n<"media_type_id">, &Track::media_type)
        .column(n<"genre_id">, &Track::genre, references(n<"genre">))
        .column(n<"composer">, &Track::composer)
        .column(n<"milliseconds">, &Track::milliseconds)
        .column(n<"bytes">, &Track::bytes)
        .column(n<"unit_price">, &Track::unit_price);
  }
  static rowan::Mapping<Playlist, PlaylistId> playlists() {
    return rowan::aggregate(n<"playlist">, key(n<"playlist_id">, &Playlist::id_),
                            version(n<"version">))
        .column(n<"name">, &Playlist::name_)
        .children(&Playlist::tracks_,
                  rowan::child<TrackId>(n<"playlist_track">, parent(n<"playlist_id">),
                                        key(n<"track_id">, self)));
  }

  static rowan::Schema schema() {
    return rowan::Schema::of(employees(), customers(), invoices(), genres(), albums(), playlists());
  }
};

Spelling spelling_of(std::string_view url) {
  return url.starts_with("sqlite3:") ? Spelling::pascal : Spelling::snake;
}

rowan::Schema schema_for(Spelling spelling) {
  return spelling == Spelling::pascal ? Tables<Spelling::pascal>::schema()
                                      : Tables<Spelling::snake>::schema();
}

}  // namespace chinook
