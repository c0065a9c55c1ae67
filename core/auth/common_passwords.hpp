// The offline list of common passwords, lower case and sorted for binary search. Gathered by hand from what
// people are known to choose: words, names, keyboard walks, number runs. Disguises are undone before the
// look-up, so plain forms do.
#pragma once

#include <array>
#include <string_view>

namespace gateway::auth {

inline constexpr std::array<std::string_view, 320> kCommonPasswords{
    "000000",         "00000000",     "111111",       "11111111",    "112233",     "121212",
    "123123",         "123321",       "12341234",     "123456",      "1234567",    "12345678",
    "123456789",      "1234567890",   "1234qwer",     "147258369",   "159753",     "1q2w3e",
    "1q2w3e4r",       "1qaz2wsx",     "654321",       "666666",      "696969",     "777777",
    "87654321",       "888888",       "987654321",    "999999",      "a1b2c3",     "a1b2c3d4",
    "aa123456",       "abc123",       "abc12345",     "abcd1234",    "abcdef",     "abcdefg",
    "abcdefgh",       "access",       "access14",     "admin",       "adminadmin", "administrator",
    "administrator1", "amanda",       "andrew",       "angel1",      "angels",     "aragorn",
    "arsenal",        "asd123",       "asdf1234",     "asdfasdf",    "asdfgh",     "asdfghjkl",
    "ashley",         "asshole",      "autumn",       "azerty",      "babygirl",   "bailey",
    "banana",         "barcelona",    "baseball",     "baseball1",   "basketball", "batman",
    "batman1",        "bigdick",      "biteme",       "blessed",     "blueberry",  "bonjour",
    "bulldog",        "bullshit",     "business",     "buster",      "butterfly",  "changeit",
    "changeme",       "charlie",      "charlie1",     "cheese",      "chelsea",    "cherry",
    "chewbacca",      "chocolate",    "christ",       "college",     "company",    "computer",
    "contrasena",     "contrasenha",  "cookie",       "corvette",    "cowboys",    "crystal",
    "cupcake",        "daniel",       "darthvader",   "december",    "december1",  "default",
    "demo1234",       "diamond",      "dolphins",     "dragon",      "dragon1",    "eagles",
    "eminem",         "facebook",     "family",       "february",    "ferrari",    "flower",
    "football",       "football1",    "forever",      "freedom",     "friday",     "friends",
    "frodo",          "fuckme",       "fuckyou",      "gandalf",     "george",     "ginger",
    "golden",         "google",       "guest",        "guest123",    "guitar",     "hallo123",
    "harley",         "harrypotter",  "haslo123",     "heaven",      "hello1",     "hello123",
    "hellohello",     "helloworld",   "hobbit",       "hockey",      "hogwarts",   "honda",
    "honey1",         "hunter",       "iloveyou",     "iloveyou1",   "instagram",  "internet",
    "january",        "jennifer",     "jessica",      "jesus1",      "jordan",     "joshua",
    "juventus",       "kennwort",     "killer",       "lakers",      "legolas",    "letmein",
    "letmein1",       "letmein123",   "lightning",    "linkedin",    "liverpool",  "lkjhgfdsa",
    "lovely",         "loveme",       "lovers",       "lozenord",    "maggie",     "manager",
    "manchester",     "master",       "master1",      "matrix",      "matthew",    "mercedes",
    "merlin",         "metallica",    "michael",      "michael1",    "michelle",   "mnbvcxz",
    "monday",         "monkey",       "monkey1",      "motdepasse",  "mustang",    "mypassword",
    "naruto",         "newpassword",  "nicole",       "nirvana",     "november",   "november1",
    "october",        "office",       "oldpassword",  "opensesame",  "orange",     "pa55w0rd",
    "pa55word",       "packers",      "parola",       "pass123",     "pass1234",   "passpass",
    "passw0rd",       "password",     "password1",    "password123", "passwords",  "passwort",
    "peanut",         "pepper",       "phoenix",      "poiuytrewq",  "pokemon",    "porsche",
    "princess",       "princess1",    "pumpkin",      "purple",      "pussy1",     "q1w2e3r4",
    "q1w2e3r4t5",     "qazwsx",       "qazwsxedc",    "qwe123",      "qweasd",     "qweasdzxc",
    "qwer1234",       "qwerty",       "qwerty1",      "qwerty123",   "qwertyuiop", "qwertz",
    "rainbow",        "ranger",       "realmadrid",   "redsox",      "robert",     "rockstar",
    "rootpassword",   "rootroot",     "salasana",     "samantha",    "sample",     "schalke04",
    "school",         "secret",       "secret1",      "senha123",    "server",     "service",
    "shadow",         "shadow1",      "silver",       "skywalker",   "snowball",   "soccer",
    "soleil",         "spiderman",    "spring",       "starwars",    "steelers",   "strawberry",
    "student",        "sugar1",       "summer",       "sunday",      "sunshine",   "sunshine1",
    "superadmin",     "superman",     "superman1",    "superuser",   "support",    "sweetie",
    "sysadmin",       "taylor",       "teacher",      "temporary",   "temppass",   "terminator",
    "test1234",       "testing",      "testtest",     "thepassword", "thomas",     "thunder",
    "tigers",         "tigger",       "toor1234",     "toyota",      "trustno1",   "twitter",
    "unicorn",        "userpassword", "voldemort",    "wachtwoord",  "webmaster",  "welcome",
    "welcome1",       "welcome123",   "welcome2",     "whatever",    "winter",     "yamaha",
    "yankees",        "yellow",       "yourpassword", "youtube",     "zaq12wsx",   "zxc123",
    "zxcvbn",         "zxcvbnm",
};

}  // namespace gateway::auth
