"""The words by which a place in a sentence is tied to the person it describes, or to something else."""

from typing import Final

_SMALL_WORDS = "of the and es de do del la le al"
SMALL: Final = frozenset(_SMALL_WORDS.split())
_DIRECTIONS_WORDS = """the north south east west northern southern eastern western central rural urban downtown
upstate greater inner small remote modern nearby historic mainland coastal suburban northeastern northwestern
southeastern southwestern northeast northwest southeast southwest a an late mid"""
DIRECTIONS: Final = frozenset(_DIRECTIONS_WORDS.split())
_KINDS_OF_PLACE_WORDS = """village town city province state region district county suburb area island islands
suburbs outskirts streets coast countryside heart mountains highlands north south east west middle neighborhood
neighbourhood capital part parts valley university college republic kingdom slums center centre hills port rest
gu si ken shi hometown"""
KINDS_OF_PLACE: Final = frozenset(_KINDS_OF_PLACE_WORDS.split())
_LIVES_WORDS = """living lives live based residing resides reside located settled stationed dwelling dwells
resident staying stays"""
LIVES: Final = frozenset(_LIVES_WORDS.split())
_FROM_THERE_WORDS = """born raised hailing hails originating originally native roots came comes coming moved
immigrated emigrated migrated relocated fled up grew growing escaped natives hail"""
FROM_THERE: Final = frozenset(_FROM_THERE_WORDS.split())
_ACTS_WORDS = """works working work employed runs running owns operates operating owning manages managing
studies studying attends attending majoring enrolled serving serves teaching practices practicing volunteering
volunteers farming operates uses trained graduated educated interning lived lives living born based raised
located residing employed"""
ACTS: Final = frozenset(_ACTS_WORDS.split())
"""Verbs whose place is where the subject is, with what stands between them."""
_BELONGS_WORDS = """resident native citizen mayor governor inhabitant local people president minister senator
residents natives citizens king queen daughter son member national villager streets ambassador congressman
congresswoman representative"""
BELONGS: Final = frozenset(_BELONGS_WORDS.split())
_TOPICAL_WORDS = """interested interest interests expertise expert specialist specializing specialising
specialized specialised specializes experience experienced invested investing investment majoring believer
versed proficient role involved trends advances history politics events war wars conflict conflicts career
fluent degree investor knowledge enthusiast passion background developments issues elections market markets
policy policies rights believes participated participating traveler traveled travelled travelling traveling
vacation trip trips holiday holidays scholar exhibition exhibitions conference course fan fans interest
fascinated knowledgeable rooted skilled competing competed championship tournament games olympics adventures
culture influence impact"""
TOPICAL: Final = frozenset(_TOPICAL_WORDS.split())
PROFESSIONS: Final = frozenset({"expert", "specialist", "enthusiast", "fan"})
"""Their place, where the topic stands before them: "a media expert in Oslo", but not "an expert in Asian art"."""
_TOPICS_WORDS = """literature history language languages cuisine food foods dish dishes culture cultures
studies philosophy mythology myths poetry economy politics revolution empire orthodox jiu myth folklore speaking
speaker speakers grammar phonetics civilization civilisation antiquity dressing bulldog shepherd period era war
wars"""
TOPICS: Final = frozenset(_TOPICS_WORDS.split())
"""What a people has; who follows it is no one of that people: "a Russian literature teacher"."""
_GOODS_WORDS = """anime architecture art arts car cars cinema coffee comics cooking drama dramas fashion film
films game games hip idol idols manga market markets movie movies music novel novels opera pop rap restaurant
restaurants rock series soap stock stocks tea wine wines wrestling"""
GOODS: Final = frozenset(_GOODS_WORDS.split())
"""Called by a people, too; but who works with it is mostly one of them: "a British restaurant manager"."""
_KEEPERS_WORDS = "owner owners critic historian collector importer exporter chef"
KEEPERS: Final = frozenset(_KEEPERS_WORDS.split())
_LANGUAGES_WORDS = """english french spanish german italian russian chinese japanese arabic portuguese korean
latin greek hebrew turkish polish dutch swedish hindi vietnamese thai danish norwegian finnish czech hungarian"""
LANGUAGES: Final = frozenset(_LANGUAGES_WORDS.split())
_TAUGHT_WORDS = """teacher professor tutor instructor translator interpreter lecturer learner major teachers
class classes learners tutors majors"""
TAUGHT: Final = frozenset(_TAUGHT_WORDS.split())
_FANS_WORDS = """fan fans enthusiast enthusiasts lover lovers follower followers supporter supporters admirer
buff devotee aficionado fanatic geek nerd viewer listener watcher reader stan"""
FANS: Final = frozenset(_FANS_WORDS.split())
_PASTIMES_WORDS = """football soccer cricket rugby volleyball hockey basketball baseball league pop rock rap
athletics team teams club"""
PASTIMES: Final = frozenset(_PASTIMES_WORDS.split())
_ALLOWED_CAPITALS_WORDS = """catholic muslim christian jewish buddhist hindu army navy ministry parliament
government national phd tv it ceo american canadian british immigrant mba stay part full self sunni shia"""
ALLOWED_CAPITALS: Final = frozenset(_ALLOWED_CAPITALS_WORDS.split())
_LOCALS_WORDS = "local native resident citizen born based national locals natives residents citizens"
LOCALS: Final = frozenset(_LOCALS_WORDS.split())
_STATES_WORDS = """BC QC AB AL AK AZ AR CA CO CT DE FL GA HI ID IL IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH
NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC"""
STATES: Final = frozenset(_STATES_WORDS.split())
_MOVED_WORDS = "moved relocated immigrated emigrated migrated fled returned"
MOVED: Final = frozenset(_MOVED_WORDS.split())
