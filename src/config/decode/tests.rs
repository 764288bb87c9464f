use super::*;

#[test]
fn a_slip_is_guessed_and_a_strange_word_is_not() {
    let known = ["url", "redirect_hosts", "connect_timeout", "rep"];
    let guesses = ["ulr", "redirect-host", "Connect_Timeout", "reps", "colour"]
        .map(|word| closest_match(word, &known));
    assert_eq!(
        guesses,
        [
            Some("url"),
            Some("redirect_hosts"),
            Some("connect_timeout"),
            Some("rep"),
            None
        ]
    );
}
