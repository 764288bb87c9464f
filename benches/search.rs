//! How long a letter in the filter takes over 100,000 representatives.
//!
//! ```text
//! cargo bench --bench search
//! ```
//!
//! Each time stands beside that of one pass over the same names, titles and teams in search of a
//! text that is not there, measured in the same run: a busy machine makes both longer.

#![expect(clippy::print_stdout, reason = "what a benchmark is for")]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use memchr::memmem;
use support_kiosk::catalog::search::Index;

const COUNT: usize = 100_000;
const TIMES: usize = 31;

/// What is typed, in the order in which a customer would type it.
const QUERIES: [(&str, &str); 15] = [
    ("first letter", "e"),
    ("first letter", "a"),
    ("first letter", "s"),
    ("rare letter", "x"),
    ("first letter", "k"),
    ("second letter", "ko"),
    ("third letter", "kow"),
    ("a letter deleted", "ko"),
    ("two words", "anna k"),
    ("two words", "s e"),
    ("two words", "support team"),
    ("a team", "team 1"),
    ("within the name", "ski"),
    ("two spellings", "mueller"),
    ("no match", "zzz"),
];

const FIRST: &str = "Anna Maria Piotr Jan Ewa Liam Noah Olivia Emma Ava Lucas Mia Sofia Mateo Aiko Hiro Yuki Chen Wei Li Priya \
    Arjun Ravi Fatima Omar Layla Hassan Ingrid Lars Sven Astrid Kofi Ama Kwame Zola Thabo Carmen Diego Lucia Pablo Elena \
    Marco Giulia Luca Pierre Claire Amelie Hugo Greta Hans Klaus Petra Dmitri Olga Ivan Natalia Tomas Eva Milan Jana Zofia \
    Adam Ben Clara David Erik Frida George Hannah Isaac Julia Karl Lena Martin Nina Oscar Paula Quentin Rosa Samuel Tara \
    Ulrich Vera Walter Xenia Yann Zoe Abigail Bruno Cecilia Daniel Esther Felix Gloria Henry Iris Jonas Katarina Leo";
const MIDDLE: &str = "ABCDEFGHIJKLMNOPRSTW";
const LAST: &str = "Kowalski Nowak Smith Johnson Brown Garcia Martinez Lopez Tanaka Suzuki Sato Wang Zhang Liu Patel Sharma \
    Singh Khan Ali Hussein Olsen Hansen Berg Lindqvist Mensah Owusu Dlamini Nkosi Fernandez Rossi Russo Ferrari Dubois \
    Moreau Laurent Schmidt Weber Fischer Wagner Petrov Ivanova Novak Svoboda Horvat Kovac Papadopoulos Silva Santos Costa \
    Almeida Murphy Kelly OBrien Walsh MacLeod Campbell Stewart Jensen Nielsen Andersson Virtanen Korhonen Yilmaz Demir Cohen \
    Levi Nguyen Tran Pham Kim Park Choi Reyes Cruz Torres Flores Rivera Gomez Diaz Morales Ortiz Castillo Chavez Ramos \
    Mendoza Ruiz Vargas Castro Jimenez Romero Herrera Medina Aguilar Vega Guerrero Mendez Rojas Delgado Pena Salazar";
const TITLES: [&str; 12] = [
    "Senior Support Engineer",
    "Support Technician",
    "Help Desk Lead",
    "Remote Access Specialist",
    "Field Engineer",
    "Customer Success Manager",
    "Network Analyst",
    "Desktop Support",
    "Escalation Manager",
    "Security Advisor",
    "Printer Specialist",
    "Team Lead, Tier 2",
];

fn main() {
    let reps = reps();
    let text: String = reps
        .iter()
        .flatten()
        .flat_map(|piece| [piece.to_lowercase(), "\n".to_owned()])
        .collect();
    let pass = median(|| memmem::find(text.as_bytes(), b"zzzz"));
    println!(
        "one pass over {:.1} MB: {} µs",
        megabytes(text.len()),
        pass.as_micros()
    );
    let began = Instant::now();
    let index = index(&reps);
    println!("index made in {} ms", began.elapsed().as_millis());
    for (what, query) in QUERIES {
        let took = median(|| index.search(query));
        let (ratio, found) = (
            took.as_secs_f64() / pass.as_secs_f64(),
            index.search(query).len(),
        );
        println!(
            "{what:<16} {query:<14} {found:>6} found {:>6} µs  {ratio:>5.1} passes",
            took.as_micros()
        );
    }
}

/// Name, title and team of each; sorted, as the kiosk sorts them.
fn reps() -> Vec<[String; 3]> {
    let first: Vec<&str> = FIRST.split_whitespace().collect();
    let last: Vec<&str> = LAST.split_whitespace().collect();
    let middle: Vec<char> = MIDDLE.chars().collect();
    let combinations = first.len() * middle.len() * last.len();
    // A step that has no factor in common with the number of combinations meets each of them once,
    // in no order.
    let step = 1_000_003;
    let mut reps: Vec<_> = (0..COUNT)
        .map(|number| {
            let pick = number * step % combinations;
            let (pick, middle) = (pick / middle.len(), middle[pick % middle.len()]);
            let name = format!(
                "{} {middle}. {}",
                first[pick % first.len()],
                last[pick / first.len()]
            );
            [
                name,
                TITLES[number * 7 / 5 % TITLES.len()].to_owned(),
                format!("Team {}", number % 12),
            ]
        })
        .collect();
    reps.sort();
    reps
}

fn index(reps: &[[String; 3]]) -> Index {
    let (mut index, mut details, mut sets) = (Index::default(), HashMap::new(), HashMap::new());
    let english = index.languages(["en", "English"]);
    for [name, title, team] in reps {
        let [title, team] =
            [title, team].map(|text| *details.entry(text).or_insert_with(|| index.detail(text)));
        let set = *sets
            .entry((title, team))
            .or_insert_with(|| index.set([title, team, english]));
        index.add(name, set);
    }
    index.shrink_to_fit();
    index
}

fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let began = Instant::now();
            black_box(work());
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[TIMES / 2]
}

#[expect(clippy::cast_precision_loss, reason = "a size to read")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
