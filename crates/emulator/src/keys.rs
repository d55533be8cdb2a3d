//! Who may call: the key pairs, the IAM user and the tokens of one emulator.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
};

use jiff::Timestamp;

use crate::{clock::later, options, random::Random};

/// An access key pair.
#[derive(Clone)]
pub(super) struct KeyPair {
    /// The id that requests name.
    pub access_key: String,
    /// What they are signed with.
    pub secret_key: String,
    /// The security token that must come with a temporary pair.
    pub security_token: Option<String>,
    /// Whether calls that change something are refused.
    pub read_only: bool,
    /// Until when an issued pair holds, on the emulator's clock.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeyPair").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// Everything that authenticates somebody.
#[derive(Clone)]
pub(super) struct Keys {
    pairs: Vec<KeyPair>,
    /// The IAM user's name, password and account, for Huawei Cloud tokens.
    pub user_name: String,
    /// Its password.
    pub password: String,
    /// The account it belongs to.
    pub domain_name: String,
    /// An agency of that account, for Huawei Cloud's temporary keys.
    pub agency_name: String,
    /// The longest that what is issued holds, in seconds.
    longest: u64,
    tokens: HashMap<String, Token>,
    nonces: HashSet<String>,
    nonces_in_order: VecDeque<String>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keys")
            .field("pairs", &self.pairs)
            .field("user_name", &self.user_name)
            .finish_non_exhaustive()
    }
}

/// A Huawei Cloud token.
#[derive(Clone)]
pub(super) struct Token {
    /// The user it was given to.
    pub user_name: String,
    /// The project it is for; `None` for the whole account.
    pub project_id: Option<String>,
    /// Until when it holds, on the emulator's clock.
    pub expires_at: Timestamp,
}

/// How many nonces are remembered: seconds of load, far more than a test repeats within.
const REMEMBERED_NONCES: usize = 50_000;

impl Keys {
    /// The given pair, and the fixed ones for temporary and for read-only access. What is issued holds `longest`
    /// seconds at most.
    pub(super) fn new(access_key: String, secret_key: String, longest: u64) -> Self {
        let pairs = vec![
            KeyPair { access_key, secret_key, security_token: None, read_only: false, expires_at: None },
            KeyPair {
                access_key: options::TEMPORARY_ACCESS_KEY.to_owned(),
                secret_key: options::TEMPORARY_SECRET_KEY.to_owned(),
                security_token: Some(options::TEMPORARY_SECURITY_TOKEN.to_owned()),
                read_only: false,
                expires_at: None,
            },
            KeyPair {
                access_key: options::READ_ONLY_ACCESS_KEY.to_owned(),
                secret_key: options::READ_ONLY_SECRET_KEY.to_owned(),
                security_token: None,
                read_only: true,
                expires_at: None,
            },
        ];
        Self {
            pairs,
            user_name: options::USER_NAME.to_owned(),
            password: options::PASSWORD.to_owned(),
            domain_name: options::DOMAIN_NAME.to_owned(),
            agency_name: options::AGENCY_NAME.to_owned(),
            longest,
            tokens: HashMap::new(),
            nonces: HashSet::new(),
            nonces_in_order: VecDeque::new(),
        }
    }

    /// The pair with this id.
    pub(super) fn pair(&self, access_key: &str) -> Option<&KeyPair> {
        self.pairs.iter().find(|pair| pair.access_key == access_key)
    }

    /// A new temporary pair.
    pub(super) fn issue_pair(&mut self, seconds: u64, now: Timestamp, random: &mut Random) -> KeyPair {
        self.pairs.retain(|pair| pair.expires_at.is_none_or(|end| end > now));
        let mut text = || random.uuid().simple().to_string();
        let pair = KeyPair {
            access_key: format!("HST{}", text().to_uppercase()),
            secret_key: text(),
            security_token: Some(format!("{}{}", text(), text())),
            read_only: false,
            expires_at: Some(later(now, seconds.min(self.longest))),
        };
        self.pairs.push(pair.clone());
        pair
    }

    /// Notes a number used once; `false` where it was used before.
    pub(super) fn use_nonce(&mut self, nonce: String) -> bool {
        if !self.nonces.insert(nonce.clone()) {
            return false;
        }
        self.nonces_in_order.push_back(nonce);
        if self.nonces_in_order.len() > REMEMBERED_NONCES
            && let Some(oldest) = self.nonces_in_order.pop_front()
        {
            self.nonces.remove(&oldest);
        }
        true
    }

    /// A new token for the IAM user.
    pub(super) fn issue_token(
        &mut self,
        user_name: &str,
        project_id: Option<String>,
        now: Timestamp,
        random: &mut Random,
    ) -> (String, Token) {
        self.tokens.retain(|_, token| token.expires_at > now);
        let text = format!("MIIE{}{}", random.uuid().simple(), random.uuid().simple());
        let token = Token {
            user_name: user_name.to_owned(),
            project_id,
            expires_at: later(now, options::CREDENTIAL_SECONDS.min(self.longest)),
        };
        self.tokens.insert(text.clone(), token.clone());
        (text, token)
    }

    /// The token, if it still holds.
    pub(super) fn token(&self, text: &str, now: Timestamp) -> Option<&Token> {
        self.tokens.get(text).filter(|token| token.expires_at > now)
    }
}
