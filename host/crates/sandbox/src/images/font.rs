//! The few letters that pictures carry, five dots wide and seven high.

pub(super) const HEIGHT: u32 = 7;
const ADVANCE: u32 = 6;

fn rows(letter: char) -> [&'static str; HEIGHT as usize] {
    match letter {
        'D' => ["####.", "#...#", "#...#", "#...#", "#...#", "#...#", "####."],
        'E' => ["#####", "#....", "#....", "####.", "#....", "#....", "#####"],
        'M' => ["#...#", "##.##", "#.#.#", "#.#.#", "#...#", "#...#", "#...#"],
        'O' => [".###.", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."],
        _ => [".....", ".....", ".....", ".....", ".....", ".....", "....."],
    }
}

/// The dots of a text, from the left and the top.
pub(super) fn dots(text: &str) -> impl Iterator<Item = (u32, u32)> {
    text.chars().zip(0_u32..).flat_map(|(letter, place)| {
        rows(letter).into_iter().zip(0_u32..).flat_map(move |(row, y)| {
            row.bytes()
                .zip(0_u32..)
                .filter(|(dot, _)| *dot == b'#')
                .map(move |(_, x)| (place * ADVANCE + x, y))
        })
    })
}
