"""What counts as a word when two descriptions are compared."""

from fractions import Fraction

from personagraph.dedup.words import alike, jaccard, word_set


def test_case_punctuation_apostrophes_and_width_make_no_difference():
    assert word_set("The miner’s son, ＡＢＣ!") == word_set("the MINER'S son abc") == {"the", "miners", "son", "abc"}


def test_scripts_without_spaces_are_cut_into_bigrams_with_their_vowel_signs():
    assert word_set("東京の漁師") == {"東京", "京の", "の漁", "漁師"}
    assert word_set("ครู") == {"คร", "รู"}
    assert word_set("医") == {"医"}
    assert word_set("IT技術者") == {"it", "技術", "術者"}


def test_words_of_other_scripts_stay_whole():
    assert word_set("हिन्दी शिक्षक") == {"हिन्दी", "शिक्षक"}
    assert word_set("учитель из Киева") == {"учитель", "из", "киева"}


def test_the_similarity_of_two_empty_sets_is_nothing():
    assert jaccard(frozenset(), frozenset()) == 0
    assert alike(frozenset(), [(0, frozenset())], Fraction(9, 10)) == []
