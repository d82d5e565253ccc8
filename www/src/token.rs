//! Session tokens: signed JWTs with the session's ID and expiry.

use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::api_error::now_ms;

/// Issues and verifies tokens with a key that lasts as long as the server, like its sessions.
pub struct Tokens {
    signing: EncodingKey,
    checking: DecodingKey,
    rules: Validation,
}

#[derive(Deserialize, Serialize)]
struct Claims {
    sub: String,
    /// Seconds since 1970.
    exp: u64,
}

impl Tokens {
    pub fn new() -> Self {
        let secret: [u8; 32] = rand::random();
        let mut rules = Validation::new(Algorithm::HS256);
        rules.leeway = 0;
        Self { signing: EncodingKey::from_secret(&secret), checking: DecodingKey::from_secret(&secret), rules }
    }

    /// Issues a token that is valid for `lifetime`, rounded up to the next second, or one that expired a minute ago.
    pub fn issue(&self, interview_id: &str, lifetime: Option<Duration>) -> String {
        let exp = match lifetime {
            Some(lifetime) => (now_ms() + lifetime.as_millis() as u64).div_ceil(1000),
            None => now_ms() / 1000 - 60,
        };
        let claims = Claims { sub: interview_id.to_owned(), exp };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .expect("an HMAC over two plain claims")
    }

    /// Returns the interview ID of a valid token.
    pub fn read(&self, token: &str) -> Result<String, ErrorKind> {
        let read = jsonwebtoken::decode::<Claims>(token, &self.checking, &self.rules);
        read.map(|token| token.claims.sub).map_err(|error| error.kind().clone())
    }
}
