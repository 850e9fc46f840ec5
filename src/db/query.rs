//! One statement for both databases: `sql("… WHERE id = $1").bind(id).maybe::<Booking>(reader)`.

use std::borrow::Cow;

use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, AssertSqlSafe, Executor as _};

use super::column::{Bind, Column, Place, Row, Value};
use super::{Conn, DbError, Reader, Tx};

/// A row read into a value. Made by `record!`, or a single column.
pub trait Record: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError>;
}

macro_rules! single {
    ($($type:ty),*) => {$(
        impl Record for $type {
            fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
                <$type as Column>::read(row, Place::Number(0))
            }
        }
    )*};
}
single!(
    i64,
    String,
    Vec<u8>,
    Option<i64>,
    jiff::Timestamp,
    uuid::Uuid
);

impl<T> Record for crate::id::Id<T> {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Self::read(row, Place::Number(0))
    }
}

/// A struct that is read from columns of the same names, with `COLUMNS` to select them.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$fmeta:meta])* $fvis:vis $field:ident : $type:ty),+ $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$fmeta])* $fvis $field: $type),+ }

        impl $crate::db::Record for $name {
            fn from_row(row: &$crate::db::Row<'_>) -> Result<Self, $crate::db::DbError> {
                Ok($name { $($field: row.get(stringify!($field))?),+ })
            }
        }
    };
}

pub struct Query {
    lite: Cow<'static, str>,
    pg: Cow<'static, str>,
    values: Vec<Value>,
}

/// A statement that both databases understand.
pub fn sql(text: impl Into<Cow<'static, str>>) -> Query {
    let text = text.into();
    Query {
        lite: text.clone(),
        pg: text,
        values: Vec::new(),
    }
}

/// A statement that has to differ.
pub fn sql_by(lite: &'static str, pg: &'static str) -> Query {
    Query {
        lite: lite.into(),
        pg: pg.into(),
        values: Vec::new(),
    }
}

/// Placeholders for a list: "$6, $7, $8".
pub fn places(first: usize, many: usize) -> String {
    let places: Vec<String> = (first..first + many).map(|n| format!("${n}")).collect();
    places.join(", ")
}

/// Placeholders for `many` rows of `wide` columns: "($1, $2), ($3, $4)".
pub fn rows(many: usize, wide: usize) -> String {
    let row = |nth: usize| format!("({})", places(nth * wide + 1, wide));
    let rows: Vec<String> = (0..many).map(row).collect();
    rows.join(", ")
}

impl Query {
    pub fn bind_all<B: Bind + Clone>(self, values: &[B]) -> Query {
        values
            .iter()
            .fold(self, |query, value| query.bind(value.clone()))
    }

    pub fn bind(mut self, value: impl Bind) -> Query {
        self.values.push(value.value().without_nul());
        self
    }

    #[cfg(test)]
    fn heard_by(&self, reader: &Reader) {
        let text = match &reader.conn {
            Conn::Lite(_) => &self.lite,
            Conn::Pg(_) => &self.pg,
        };
        let mut asked = reader.heard.asked.lock().unwrap();
        asked.push(text.clone().into_owned());
    }

    /// Runs a statement that changes rows; answers how many.
    pub async fn run(self, tx: &mut Tx) -> Result<u64, DbError> {
        #[cfg(test)]
        self.heard_by(tx);
        match &mut tx.reader.conn {
            Conn::Lite(conn) => conn.run(&self.lite, self.values),
            Conn::Pg(conn) => {
                let (text, args) = (self.pg, pg_args(self.values)?);
                let query = sqlx::query_with(AssertSqlSafe(text.into_owned()), args);
                Ok(conn.execute(query).await?.rows_affected())
            }
        }
    }

    pub async fn all<R: Record>(self, reader: &mut Reader) -> Result<Vec<R>, DbError> {
        #[cfg(test)]
        self.heard_by(reader);
        match &mut reader.conn {
            Conn::Lite(conn) => conn.rows(&self.lite, self.values, usize::MAX),
            Conn::Pg(conn) => {
                let (text, args) = (self.pg, pg_args(self.values)?);
                let query = sqlx::query_with(AssertSqlSafe(text.into_owned()), args);
                let rows = conn.fetch_all(query).await?;
                rows.into_iter()
                    .map(|row| R::from_row(&Row::Pg(row)))
                    .collect()
            }
        }
    }

    pub async fn maybe<R: Record>(self, reader: &mut Reader) -> Result<Option<R>, DbError> {
        #[cfg(test)]
        self.heard_by(reader);
        match &mut reader.conn {
            Conn::Lite(conn) => Ok(conn.rows(&self.lite, self.values, 1)?.pop()),
            Conn::Pg(conn) => {
                let (text, args) = (self.pg, pg_args(self.values)?);
                let query = sqlx::query_with(AssertSqlSafe(text.into_owned()), args);
                let row = conn.fetch_optional(query).await?;
                row.map(|row| R::from_row(&Row::Pg(row))).transpose()
            }
        }
    }

    /// Exactly one row, which is sure to be there.
    pub async fn one<R: Record>(self, reader: &mut Reader) -> Result<R, DbError> {
        self.maybe(reader)
            .await?
            .ok_or_else(|| DbError::Sql(sqlx::Error::RowNotFound.into()))
    }
}

pub(super) fn pg_args(values: Vec<Value>) -> Result<PgArguments, DbError> {
    let mut args = PgArguments::default();
    for value in values {
        match value {
            Value::Int(v) => args.add(v),
            Value::Text(v) => args.add(v),
            Value::Uuid(v) => args.add(v),
            Value::Bytes(v) => args.add(v),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(args)
}

/// BEGIN, COMMIT and their like, on a connection we hold.
pub(super) async fn command(tx: &mut Tx, text: &'static str) -> Result<(), DbError> {
    match &mut tx.reader.conn {
        Conn::Lite(conn) => conn.command(text)?,
        Conn::Pg(conn) => conn.execute(text).await.map(|_| ())?,
    }
    Ok(())
}
