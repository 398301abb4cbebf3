//! Reproducible choices: the same seed and labels give the same stream on every
//! machine and with every version of every library.

/// A stream of choices (SplitMix64 started from an FNV-1a hash of the labels).
#[derive(Clone, Debug)]
pub(crate) struct Seeded(u64);

impl Seeded {
    /// A stream of its own for each seed and list of labels.
    pub(crate) fn new(seed: u64, labels: &[&str]) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for label in labels {
            // The separator keeps ("ab", "c") and ("a", "bc") apart.
            for byte in label.bytes().chain([0xff]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        Self(hash)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next() % bound }
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the items. The slice must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let index = self.below(items.len() as u64) as usize;
        &items[index]
    }

    /// `count` different items, in their own order.
    pub(crate) fn subset<'a, T>(&mut self, items: &'a [T], count: usize) -> Vec<&'a T> {
        let mut left = count.min(items.len());
        let mut chosen = Vec::with_capacity(left);
        for (index, item) in items.iter().enumerate() {
            let remaining = (items.len() - index) as u64;
            if self.below(remaining) < left as u64 {
                chosen.push(item);
                left -= 1;
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_never_changes() {
        let mut stream = Seeded::new(1, &["a", "b"]);
        let first: Vec<u64> = (0..3).map(|_| stream.below(1000)).collect();
        let mut again = Seeded::new(1, &["a", "b"]);
        assert_eq!(first, (0..3).map(|_| again.below(1000)).collect::<Vec<_>>());
        assert_ne!(Seeded::new(1, &["ab"]).next(), Seeded::new(1, &["a", "b"]).next());
        assert_ne!(Seeded::new(1, &["a"]).next(), Seeded::new(2, &["a"]).next());
    }

    #[test]
    fn a_subset_has_the_asked_size_and_order() {
        let items: Vec<u32> = (0..10).collect();
        for seed in 0..50 {
            let subset = Seeded::new(seed, &[]).subset(&items, 4);
            assert_eq!(subset.len(), 4);
            assert!(subset.is_sorted());
        }
    }
}
