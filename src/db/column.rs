//! Values going into and coming out of the two databases. Instants are BIGINT microseconds of
//! unix time, ids native UUIDs (16 bytes on SQLite), JSON is text that is never queried.

use jiff::Timestamp;
use rusqlite::types::FromSql;
use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Row as _, Type};
use uuid::Uuid;

use super::DbError;
use super::lite::LiteRow;
use crate::clock::from_micros;
use crate::id::Id;
use crate::seal::Sealed;

/// A value to bind, with its type also when it is NULL (PostgreSQL wants to know).
#[derive(Clone, Debug)]
pub enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Uuid(Option<Uuid>),
    Bytes(Option<Vec<u8>>),
}

impl Value {
    /// PostgreSQL has no NUL in its texts, and SQLite shows them only up to it. What comes from
    /// outside can have one anywhere; no write may fail because of it.
    pub(super) fn without_nul(self) -> Value {
        match self {
            Value::Text(Some(text)) if text.contains('\0') => {
                Value::Text(Some(text.replace('\0', "")))
            }
            Value::Int(_) | Value::Text(_) | Value::Uuid(_) | Value::Bytes(_) => self,
        }
    }
}

/// A row of either database.
pub enum Row<'r> {
    Lite(LiteRow<'r>),
    Pg(PgRow),
}

/// Something a placeholder can take.
pub trait Bind {
    fn value(self) -> Value;
}

/// Something a column can be read as, and bound to, NULL included.
pub trait Column: Sized {
    fn read(row: &Row<'_>, at: Place<'_>) -> Result<Self, DbError>;
    fn null() -> Value;
}

/// Which column: by name in records, by number for single values.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    Name(&'a str),
    Number(usize),
}

impl Row<'_> {
    pub fn get<T: Column>(&self, name: &str) -> Result<T, DbError> {
        T::read(self, Place::Name(name))
    }
}

fn read<T>(row: &Row<'_>, at: Place<'_>) -> Result<T, DbError>
where
    T: FromSql + for<'r> Decode<'r, Postgres> + Type<Postgres>,
{
    Ok(match (row, at) {
        (Row::Lite(row), at) => row.get(at)?,
        (Row::Pg(row), Place::Name(name)) => row.try_get(name)?,
        (Row::Pg(row), Place::Number(n)) => row.try_get(n)?,
    })
}

macro_rules! native {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl Bind for $type {
            fn value(self) -> Value { Value::$variant(Some(self)) }
        }
        impl Column for $type {
            fn read(row: &Row<'_>, at: Place<'_>) -> Result<Self, DbError> { read(row, at) }
            fn null() -> Value { Value::$variant(None) }
        }
        impl Column for Option<$type> {
            fn read(row: &Row<'_>, at: Place<'_>) -> Result<Self, DbError> { read(row, at) }
            fn null() -> Value { Value::$variant(None) }
        }
    )*};
}
native!(i64 => Int, String => Text, Uuid => Uuid, Vec<u8> => Bytes);

impl Bind for &str {
    fn value(self) -> Value {
        Value::Text(Some(self.to_owned()))
    }
}

impl<T: Bind + Column> Bind for Option<T> {
    fn value(self) -> Value {
        self.map_or_else(T::null, Bind::value)
    }
}

/// Teaches a type to stand in a column by way of one of the native types.
/// `column!(Timestamp as i64, |t| t.as_microsecond(), |n| Ok(from_micros(n)))`; the reading side
/// answers `Result<Self, String>`, the string saying what was wrong.
#[macro_export]
macro_rules! column {
    ($type:ty as $native:ty, $write:expr, $read:expr $(, $($generic:ident),+)?) => {
        impl $(<$($generic),+>)? $crate::db::Bind for $type {
            fn value(self) -> $crate::db::Value {
                let write: fn($type) -> $native = $write;
                $crate::db::Bind::value(write(self))
            }
        }
        impl $(<$($generic),+>)? $crate::db::Column for $type {
            fn read(
                row: &$crate::db::Row<'_>,
                at: $crate::db::Place<'_>,
            ) -> Result<Self, $crate::db::DbError> {
                let read: fn($native) -> Result<$type, String> = $read;
                read(<$native as $crate::db::Column>::read(row, at)?)
                    .map_err($crate::db::DbError::Value)
            }
            fn null() -> $crate::db::Value {
                <$native as $crate::db::Column>::null()
            }
        }
        impl $(<$($generic),+>)? $crate::db::Column for Option<$type> {
            fn read(
                row: &$crate::db::Row<'_>,
                at: $crate::db::Place<'_>,
            ) -> Result<Self, $crate::db::DbError> {
                let read: fn($native) -> Result<$type, String> = $read;
                <Option<$native> as $crate::db::Column>::read(row, at)?
                    .map(read)
                    .transpose()
                    .map_err($crate::db::DbError::Value)
            }
            fn null() -> $crate::db::Value {
                <$native as $crate::db::Column>::null()
            }
        }
    };
}

/// An enum that is stored as a fixed word per variant:
/// `words! { pub enum Role { User = "user", Admin = "admin" } }`.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
        $crate::column!(
            $name as String,
            |it| it.word().to_owned(),
            |word| $name::from_word(&word)
                .ok_or_else(|| format!("{word:?} is no {}", stringify!($name)))
        );
    };
}

column!(Timestamp as i64, |t| t.as_microsecond(), |n| Ok(
    from_micros(n)
));
column!(Id<T> as Uuid, |id| id.uuid(), |uuid| Ok(Id::from_uuid(uuid)), T);
column!(Sealed as Vec<u8>, |sealed| sealed.0, |bytes| Ok(Sealed(
    bytes
)));
column!(u16 as i64, i64::from, |n| u16::try_from(n)
    .map_err(|e| e.to_string()));
column!(u32 as i64, i64::from, |n| u32::try_from(n)
    .map_err(|e| e.to_string()));
column!(jiff::civil::Date as String, |d| d.to_string(), |s| s
    .parse()
    .map_err(|e: jiff::Error| e.to_string()));
column!(crate::zone::Zone as String, |z| z.name().to_owned(), |s| {
    crate::zone::Zone::parse(&s).map_err(|e| e.to_string())
});
