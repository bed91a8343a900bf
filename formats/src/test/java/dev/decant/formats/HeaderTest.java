package dev.decant.formats;

import static dev.decant.formats.Inputs.csv;
import static dev.decant.formats.Inputs.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Inputs that cannot be used as a whole are refused before the first row, in one line.
class HeaderTest {
    private static void refused(String text, InputOptions options, String... parts) {
        assertThatThrownBy(() -> open(text, options).close())
                .isInstanceOf(DataException.class)
                .message()
                .contains(parts)
                .contains("standard input")
                .doesNotContain("\n");
    }

    @Test
    void aMissingTextColumnIsRefusedWithTheColumnsThereAre(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("reviews.csv"), "id,description,points\n1,a,2\n");
        InputOptions options = InputOptions.defaults().withTextColumn("descripton");
        assertThatThrownBy(() -> Sources.open(file, options).close())
                .isInstanceOf(DataException.class)
                .hasMessage(file + " has no column 'descripton' (--text); its columns are:"
                        + " id, description, points. Did you mean 'description'?");
    }

    @Test
    void theNearestNameIsTheOneThatWasMeant() {
        List<String> columns = List.of("text_id", "Text", "texture", "context");
        assertThat(ColumnNames.nearest("text", columns)).isEqualTo("Text");
        assertThat(ColumnNames.nearest("TEXTURES", columns)).isEqualTo("texture");
        assertThat(ColumnNames.nearest(" context ", columns)).isEqualTo("context");
        assertThat(ColumnNames.nearest("review", columns)).isNull();
        assertThat(ColumnNames.nearest("x", List.of("id"))).isNull();
    }

    @Test
    void namesWithLineEndsAndControlCharactersLeaveAMessageOneLine() {
        refused("\"te\nxt\",\u001b[31mid\n1,2\n", csv("texts"), "te xt, ", "Did you mean 'te xt'?");
    }

    @Test
    void manyColumnsAreNotAllListed() {
        String header = "c" + ",c".repeat(999);
        refused(header + "\n", csv("text"), "(1000 in all)");
    }

    @Test
    void anotherDelimiterIsSuspected() {
        refused("id;text\n1;a\n", csv("text"), "Is the delimiter ';' (--delimiter)?");
        refused("id\ttext\n1\ta\n", csv("text"), "a tab (--format tsv)");
    }

    @Test
    void theTextColumnMustBeThereOnce() {
        refused("text,id,text\n1,2,3\n", csv("text"), "2 columns are called 'text'");
    }

    @Test
    void severalColumnsNeedAName() {
        refused("id,text\n", InputOptions.defaults().withFormat(Format.CSV), "--text", "id, text");
    }

    @Test
    void withoutAHeaderTheTextColumnIsANumber() {
        refused("1,a\n", csv("text").withHeader(false), "--text takes a column's number, 1 to 2");
    }

    @Test
    void emptyInputsAreRefused() {
        refused("", csv("text"), "is empty");
        refused("\n\n", csv("text"), "is empty");
        refused("", csv("1").withHeader(false), "is empty");
        refused("", Inputs.jsonl("text"), "is empty");
    }

    @Test
    void aBrokenHeaderIsRefused() {
        refused("id,\"text\n1,a\n", csv("text"), "the header cannot be read: line 1:");
    }

    @Test
    void filesThatAreNotTextAreRefused() {
        refused("PAR1\u0015\u0004", csv("text"), "Parquet");
        refused("PK\u0003\u0004\u0014", csv("text"), "zip archive or a spreadsheet");
        refused("\0i\0d\0,\0t\0e\0x\0t\0\n", csv("text"), "binary", "--charset");
    }

    @Test
    void filesThatCannotBeReadAreRefused(@TempDir Path folder) {
        Path absent = folder.resolve("absent.csv");
        assertThatThrownBy(() -> Sources.open(absent, csv("text")).close())
                .isInstanceOf(DataException.class)
                .hasMessage(absent + ": there is no such file");
        assertThatThrownBy(() -> Sources.open(folder, csv("text")).close())
                .isInstanceOf(DataException.class)
                .hasMessage(folder + ": this is a folder, not a file");
        assertThatThrownBy(() ->
                        Sources.open("a\0.csv", csv("text"), Inputs.stream("")).close())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("is no file name");
    }

    @Test
    void optionsOfCsvAreRefusedForJsonLines() {
        refused("{\"text\":\"a\"}\n", Inputs.jsonl("text").withDelimiter(';'), "--delimiter");
        refused("{\"text\":\"a\"}\n", Inputs.jsonl("text").withHeader(false), "--no-header");
    }
}
