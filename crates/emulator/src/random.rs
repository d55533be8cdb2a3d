//! Where whatever is random comes from: ids, tokens and the dice of faults. One seed decides all of it, so that a run
//! can be repeated.

use uuid::{Builder, Uuid};

/// A source of random numbers: SplitMix64, which is short and the same everywhere. Nothing here keeps a secret: what is
/// issued holds for an emulator alone.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// A source that gives the same numbers for the same seed.
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// A source that nobody can foresee.
    pub(crate) fn unforeseeable() -> Self {
        Self(Uuid::new_v4().as_u64_pair().0)
    }

    /// A source for what these words and this number name, which no other draws from. It gives the same numbers for
    /// the same seed, whatever was drawn for other things before.
    pub(crate) fn named(seed: u64, words: &[&str], number: u64) -> Self {
        // FNV-1a, with a byte between the words that no text has.
        let bytes = words.iter().flat_map(|word| word.bytes().chain([0xFF])).chain(number.to_le_bytes());
        let hash = bytes.fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        Self(hash ^ Self(seed).bits())
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number from 0 to 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        // 53 bits are what a double holds exactly.
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from 0 to below `bound`, or 0 where that is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.bits() % bound.max(1)
    }

    /// A UUID.
    pub(crate) fn uuid(&mut self) -> Uuid {
        let (high, low) = (self.bits(), self.bits());
        Builder::from_random_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes()).into_uuid()
    }

    /// `length` digits, the first of which is not 0, as Workspace writes most ids.
    pub(crate) fn digits(&mut self, length: usize) -> String {
        let mut digit = |from: u64| char::from(b'0' + u8::try_from(from + self.bits() % (10 - from)).unwrap_or(0));
        (0..length).map(|place| digit(u64::from(place == 0))).collect()
    }

    /// `prefix` and `length` digits and small letters, as App Streaming writes ids.
    pub(crate) fn id(&mut self, prefix: &str, length: usize) -> String {
        const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let mut id = prefix.to_owned();
        for _ in 0..length {
            id.push(char::from(DIGITS[(self.bits() % 36) as usize]));
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_every_number() {
        let draw = |seed| {
            let mut random = Random::from_seed(seed);
            (random.id("aig-", 16), random.uuid(), random.bits())
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert_ne!(Random::unforeseeable().bits(), Random::unforeseeable().bits());
    }

    #[test]
    fn what_is_named_has_numbers_of_its_own() {
        let draw = |seed, words: &[&str], number| Random::named(seed, words, number).bits();
        assert_eq!(draw(7, &["a", "b"], 1), draw(7, &["a", "b"], 1));
        for other in [draw(8, &["a", "b"], 1), draw(7, &["ab"], 1), draw(7, &["a", "b"], 2), draw(7, &["b", "a"], 1)] {
            assert_ne!(draw(7, &["a", "b"], 1), other);
        }
        assert!((0..1000).map(|number| Random::named(1, &["a"], number).below(10)).all(|drawn| drawn < 10));
        assert_eq!(Random::from_seed(1).below(0), 0);
    }

    #[test]
    fn ids_look_as_the_services_write_them() {
        let mut random = Random::from_seed(1);
        let id = random.id("aig-", 16);
        assert!(id.starts_with("aig-") && id.len() == 20 && id[4..].chars().all(|sign| sign.is_ascii_alphanumeric()));
        assert_eq!(random.uuid().get_version_num(), 4);
        assert!((0..1000).map(|_| random.fraction()).all(|number| (0.0..1.0).contains(&number)));
    }
}
