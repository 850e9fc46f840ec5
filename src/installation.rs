//! What this installation is: its id and the two keys made once and never rotated, since marks at
//! providers and links in old mails depend on them; and whether it is on hold. Also the setup code
//! of the first run.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use uuid::Uuid;

use crate::clock::from_micros;
use crate::db::{Db, DbError, Reader, Tx, sql};
use crate::entropy::Entropy;
use crate::id::Id;
use crate::planted::point;
use crate::record;
use crate::seal::{Seal, Sealed, Secret, hex, mac, same, unhex};

/// Loaded at start.
#[derive(Clone)]
pub struct Installation {
    standing: Arc<Mutex<Standing>>,
    /// Signs the marks on rooms at providers.
    pub marker_key: [u8; 32],
    /// Signs the links by which invitees manage their bookings.
    link_key: [u8; 32],
}

record! {
    /// What can change while processes run. Each learns it with the jobs it takes.
    #[derive(Clone, Copy, Debug)]
    pub struct Standing {
        pub id: Uuid,
        pub held_at: Option<Timestamp>,
    }
}

pub async fn standing(reader: &mut Reader) -> Result<Standing, DbError> {
    sql("SELECT id, held_at FROM installation")
        .one(reader)
        .await
}

record! {
    pub struct Row {
        pub marker_key: Sealed,
        pub link_key: Sealed,
        pub setup_code: Option<Sealed>,
    }
}

impl Installation {
    /// Stands in the marks on rooms at providers. A copy gets another one.
    pub fn id(&self) -> Uuid {
        self.now().id
    }

    /// Nothing may go out: see `hold`.
    pub fn is_held(&self) -> bool {
        self.now().held_at.is_some()
    }

    pub fn learn(&self, standing: Standing) {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = standing;
    }

    fn now(&self) -> Standing {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub fn with_id(&self, id: Uuid) -> Installation {
        let standing = Standing { id, ..self.now() };
        Installation {
            standing: Arc::new(Mutex::new(standing)),
            ..self.clone()
        }
    }

    /// The secret part of a link to one thing for one purpose: derived, so that every mail can
    /// carry it and nothing about it is stored.
    pub fn link_token<T>(&self, purpose: &str, id: Id<T>) -> String {
        hex(&mac(&self.link_key, format!("{purpose}|{id}").as_bytes())[..20])
    }

    /// A token of chance that says when it was made, of the length and letters of any other.
    pub fn dated_token(&self, purpose: &str, chance: [u8; 12], now: Timestamp) -> String {
        let mut bytes = now.as_microsecond().to_be_bytes().to_vec();
        bytes.extend(chance);
        let proof = self.proof_of_date(purpose, &bytes);
        bytes.extend(proof);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// When such a token was made, if we made it.
    pub fn date_of_token(&self, purpose: &str, token: &str) -> Option<Timestamp> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (dated, proof) = bytes.split_at_checked(20)?;
        let (micros, _) = dated.split_first_chunk::<8>()?;
        let fits = same(&self.proof_of_date(purpose, dated), proof);
        fits.then(|| from_micros(i64::from_be_bytes(*micros)))
    }

    fn proof_of_date(&self, purpose: &str, dated: &[u8]) -> [u8; 12] {
        let message = [purpose.as_bytes(), b"|", dated].concat();
        let mut proof = [0; 12];
        proof.copy_from_slice(&mac(&self.link_key, &message)[..12]);
        proof
    }

    pub fn link_token_fits<T>(&self, purpose: &str, id: Id<T>, token: &str) -> bool {
        same(self.link_token(purpose, id).as_bytes(), token.as_bytes())
    }
}

pub async fn load_or_make(
    db: &Db,
    seal: &Seal,
    entropy: &Entropy,
    now: Timestamp,
) -> anyhow::Result<Installation> {
    let id = entropy.id::<Installation>(now).uuid();
    let fresh = |column: &str| {
        let secret = Secret::new(hex(&entropy.bytes::<32>()));
        seal.seal(&format!("installation|1|{column}"), &secret)
    };
    let (marker_key, link_key) = (fresh("marker_key"), fresh("link_key"));
    // Several processes may start at once on a new database: the first one's row stands.
    db.write::<_, anyhow::Error, _>(move |tx| {
        Box::pin(async move {
            sql(
                "INSERT INTO installation (one, id, marker_key, link_key, created_at)
                 VALUES (1, $1, $2, $3, $4) ON CONFLICT (one) DO NOTHING",
            )
            .bind(id)
            .bind(marker_key)
            .bind(link_key)
            .bind(now)
            .run(tx)
            .await?;
            Ok(point::pass("installation.writing")?)
        })
    })
    .await?;
    point::pass("installation.written")?;
    load(&mut db.read().await?, seal).await
}

/// The installation that is there.
pub async fn load(reader: &mut Reader, seal: &Seal) -> anyhow::Result<Installation> {
    let standing = standing(reader).await?;
    let row = row(reader).await?;
    let open = |column: &str, sealed: &Sealed| -> anyhow::Result<[u8; 32]> {
        let secret = seal.open(&format!("installation|1|{column}"), sealed)?;
        unhex(secret.expose())
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| anyhow::anyhow!("installation.{column} is not 32 bytes"))
    };
    Ok(Installation {
        standing: Arc::new(Mutex::new(standing)),
        marker_key: open("marker_key", &row.marker_key)?,
        link_key: open("link_key", &row.link_key)?,
    })
}

async fn row(reader: &mut Reader) -> anyhow::Result<Row> {
    Ok(
        sql("SELECT marker_key, link_key, setup_code FROM installation")
            .one(reader)
            .await?,
    )
}

const SETUP_PLACE: &str = "installation|1|setup_code";

/// The code that proves the first visitor can read the server's log. None once set up.
pub async fn setup_code(reader: &mut Reader, seal: &Seal) -> anyhow::Result<Option<Secret>> {
    match row(reader).await?.setup_code {
        Some(sealed) => Ok(Some(seal.open(SETUP_PLACE, &sealed)?)),
        None => Ok(None),
    }
}

pub async fn set_setup_code(tx: &mut Tx, seal: &Seal, code: Option<&Secret>) -> anyhow::Result<()> {
    let sealed = code.map(|code| seal.seal(SETUP_PLACE, code));
    sql("UPDATE installation SET setup_code = $1")
        .bind(sealed)
        .run(tx)
        .await?;
    Ok(())
}
