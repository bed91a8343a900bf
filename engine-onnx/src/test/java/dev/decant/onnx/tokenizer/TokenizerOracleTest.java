package dev.decant.onnx.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Our tokenizer against the original over awkward texts, some written down, most of them random.
class TokenizerOracleTest {
    private static final int TEXTS = 6_000;

    private static final List<String> AWKWARD = List.of(
            "",
            " ",
            "\t\n\r\u000B\f\u0085\u00A0\u1680\u2000\u2009\u2028\u2029\u202F\u205F\u3000",
            "Crème brûlée, naïve façade; São Paulo — ÅNGSTRÖM and \u212B and A\u030A",
            "e\u0301 \u0301e e\u0327\u0301 e\u0301\u0327 q\u0307\u0323 q\u0323\u0307",
            "İstanbul I\u0307stanbul ISTANBUL ıstanbul STRASSE Straße ẞ ΟΔΥΣΣΕΥΣ ὈΔΥΣΣΕΎΣ Σ σ ς",
            "ﬁ ﬂ ﬃ ﬅ ½ ² Ⅷ ㎏ ｆｕｌｌ ＷＩＤＴＨ ℌ ℕ ﷺ",
            "가각간 한국어 \u1100\u1161\u11A8 \u1100\u1161 뷁",
            "ภาษาไทย ที่นี่ น้ำ ກໍາ",
            "हिन्दी क्षत्रिय ज़ क़ ড় ਲ਼ தமிழ் కన్నడ ಕನ್ನಡ മലയാളം \u09C7\u09BE \u09CB \u0BCA",
            "中文字符 漢字かな交じり文 カタカナ ガ カ\u3099 \uD840\uDC00\uD869\uDED6 \uD86D\uDF40 \uD87E\uDC00 豈更 \uFA0E",
            "שָׁלוֹם \u05E9\u05C1\u05B8 العَرَبِيَّة لا ـــ",
            "👩‍👩‍👧‍👦 👍🏽 🇩🇪 ❤️ 😀text😀 a‍b a‌b",
            "zero\u200Bwidth \uFEFFbom soft\u00ADhyphen \u202Ertl\u202C \u2066x\u2069 word\u2060joiner",
            "NUL\u0000inside \u0001\u001F\u007F\u0080\u009F \uFFFD \uFFFE \uFFFF \uE000 \uD83F\uDFFE",
            "[CLS] [SEP] [MASK] [PAD] [UNK] [mask] [Mask] x[SEP]y [[SEP]] [SEP [ SEP ] [SEP][SEP]\u0301e",
            "it's don't -- ... ?!?! $5.00 #1 @user http://a.b/c?d=e&f=g 100% ^_^ `x` ~ < = > | + \\ ¿qué? «x» “y” „z“",
            "a".repeat(99) + " " + "b".repeat(100) + " " + "c".repeat(101) + " " + "d".repeat(5000),
            "\uD835\uDC00".repeat(100) + " " + "\uD835\uDC00".repeat(101) + " é".repeat(3) + "é".repeat(101),
            "e\u0301".repeat(100) + " " + "e\u0301".repeat(101) + " x" + "\u0301".repeat(500),
            "unaffable unbelievably antidisestablishmentarianism wine's oaky-tannic finish##ing ##ing # ##",
            "\u1D165\uD834\uDD5E\uD834\uDD60 x\uD834\uDD6D\uD834\uDD65\uD834\uDD6E\u0301 \u302E\u302F\u302E",
            "\u0CC0 \u0CC7\u0CC8\u0CCA\u0CCB \u0C48 \u0F73\u0F75\u0F81 \u0344 x\u0345\u0C48\u302E",
            "\u037E \u0387 \u1FEF \u2000\u2001 \u2260 \u226E \u226F \u2329 \u3008 \u0340\u0341\u0343");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "true,true,true,true",
        "true,true,false,false",
        "true,true,false,true",
        "true,false,true,false",
        "false,false,false,false"
    })
    void idsAreThoseOfTheOriginal(boolean clean, boolean chinese, boolean strip, boolean lower) throws Exception {
        Normalization normalization = new Normalization(clean, chinese, strip, lower);
        long seed = seed();
        Random random = new Random(seed);
        List<String> vocabulary = vocabulary(random);
        AwkwardTexts texts = new AwkwardTexts(random, vocabulary);
        WordPieceTokenizer ours = Tokenizers.of(vocabulary, normalization, "##", 100);
        try (ReferenceTokenizer reference = reference(vocabulary, normalization)) {
            for (int i = 0; i < AWKWARD.size() + TEXTS; i++) {
                String text = i < AWKWARD.size() ? AWKWARD.get(i) : texts.next();
                int[] expected = reference.encode(text);
                Encoding whole = ours.encode(text, Integer.MAX_VALUE);
                assertThat(whole.ids())
                        .as("seed %d, text %s", seed, escape(text))
                        .isEqualTo(expected);
                assertThat(whole.truncated()).isFalse();
                assertCutAnywhere(ours, text, expected, random);
            }
        }
    }

    // Whatever the length, the ids are the first of the whole, and the flag says whether there were more.
    private static void assertCutAnywhere(WordPieceTokenizer ours, String text, int[] whole, Random random) {
        int exact = whole.length;
        for (int length : new int[] {exact, Math.max(2, exact - 1), 2 + random.nextInt(exact), exact + 1}) {
            int kept = Math.min(exact, length);
            int[] expected = Arrays.copyOf(whole, kept);
            expected[kept - 1] = whole[exact - 1];
            Encoding cut = ours.encode(text, length);
            assertThat(cut.ids()).as("%s cut to %d", escape(text), length).isEqualTo(expected);
            assertThat(cut.truncated()).as("%s cut to %d", escape(text), length).isEqualTo(exact > length);
        }
    }

    @Test
    void otherPrefixesWordLengthsAndAddedTokensAreThoseOfTheOriginal() throws Exception {
        long seed = seed();
        Random random = new Random(seed);
        for (String prefix : List.of("##", "", "#", "x", "ab", "é", "▁")) {
            List<String> vocabulary = new ArrayList<>(ReferenceTokenizer.SPECIAL);
            Set<String> pieces = new LinkedHashSet<>();
            for (int i = 0; i < 400; i++) {
                pieces.add((random.nextBoolean() ? prefix : "") + letters(random, 1 + random.nextInt(3)));
            }
            pieces.add("#");
            vocabulary.addAll(pieces);
            vocabulary.add("<user>");
            vocabulary.add("ab ab");
            List<AddedToken> added = new ArrayList<>(ReferenceTokenizer.special(vocabulary));
            added.add(new AddedToken("<user>", vocabulary.indexOf("<user>"), false));
            added.add(new AddedToken("ab ab", vocabulary.indexOf("ab ab"), true));
            int maxWordLength = 1 + random.nextInt(12);
            WordPieceTokenizer ours = Tokenizers.of(vocabulary, Normalization.UNCASED, prefix, maxWordLength, added);
            try (ReferenceTokenizer reference = new ReferenceTokenizer(
                    Files.createTempDirectory(folder, "t"),
                    vocabulary,
                    Normalization.UNCASED,
                    added,
                    prefix,
                    maxWordLength)) {
                for (int i = 0; i < 500; i++) {
                    StringBuilder text = new StringBuilder();
                    for (int n = random.nextInt(12); n >= 0; n--) {
                        text.append(letters(random, 1 + random.nextInt(6)));
                        text.append(List.of(" ", "", "<user>", "ab ab", "[SEP]", "#", "  ")
                                .get(random.nextInt(7)));
                    }
                    assertThat(ours.encode(text.toString(), 512).ids())
                            .as("seed %d, prefix '%s', longest %d, text '%s'", seed, prefix, maxWordLength, text)
                            .isEqualTo(reference.encode(text.toString()));
                }
            }
        }
    }

    @Test
    void loneSurrogatesCountAsTheReplacementCharacter() throws Exception {
        Random random = new Random(seed());
        List<String> vocabulary = vocabulary(random);
        for (Normalization normalization : List.of(Normalization.UNCASED, Normalization.NONE)) {
            WordPieceTokenizer ours = Tokenizers.of(vocabulary, normalization, "##", 100);
            for (String text :
                    List.of("a\uD800b", "\uDC00", "x \uDBFF", "\uDC00\uD800", "\uD83D \uDE00 \uD83D\uDE00")) {
                String replaced = text.codePoints()
                        .map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
                assertThat(ours.encode(text, 100).ids())
                        .isEqualTo(ours.encode(replaced, 100).ids());
            }
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("abxé".charAt(random.nextInt(4)));
        }
        return text.toString();
    }

    private ReferenceTokenizer reference(List<String> vocabulary, Normalization normalization) throws IOException {
        return new ReferenceTokenizer(
                folder, vocabulary, normalization, ReferenceTokenizer.special(vocabulary), "##", 100);
    }

    /// The default model's vocabulary where it is there, else one of syllables and characters.
    private static List<String> vocabulary(Random random) throws IOException {
        Path real = Path.of(System.getProperty("decant.root", ".."), "models", "sst2-minilm", "vocab.txt");
        return Files.exists(real) ? Files.readAllLines(real) : AwkwardTexts.syntheticVocabulary(random);
    }

    static long seed() {
        Long given = Long.getLong("decant.seed");
        return given != null ? given : System.nanoTime();
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().limit(600).forEach(c -> {
            if (c >= 32 && c < 127) {
                escaped.append((char) c);
            } else {
                escaped.append("\\u%04X".formatted(c));
            }
        });
        return escaped.toString();
    }
}
