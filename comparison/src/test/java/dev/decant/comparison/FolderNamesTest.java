package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What programs say is shown without the folders of the machine.
class FolderNamesTest {
    private final FolderNames names = new FolderNames(Path.of("/home/me/my wines"));

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            cannot run /opt/py/venv/bin/python: install Python 3 | cannot run …/python: install Python 3
            File "/tmp/decant bench 7/scripts/ml_processor.py", line 3 | File "…/ml_processor.py", line 3
            No such file: '/srv/a b/c.so' (2) | No such file: '…/c.so' (2)
            /usr/lib/x.so: cannot open | …/x.so: cannot open
            PATH=/opt/a/bin:/opt/b/bin | PATH=…/bin:…/bin
            model folder /data/models/sst2/ has none | model folder …/sst2 has none
            (/a/b/c.py), [/d/e.py] | (…/c.py), […/e.py]
            at file:///home/me/x.py and file:/home/me/y.jar | at file://…/x.py and file:…/y.jar
            see /home/me/my wines/venv/bin/python | see venv/bin/python
            /home/me/other/x.py | …/x.py
            """)
    void aPathKeepsItsLastPartOrIsToldFromTheWorkingFolder(String said, String shown) {
        assertThat(names.leftOut(said)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "torch and transformers are not installed; pip install -r benchmarks/python/requirements.txt has them",
                "../shared/x.csv is no file (--script)",
                "see https://example.org/a/b and http://127.0.0.1:80/v1/x",
                "3 items/s or 4 MB/s, and/or ~/models/x",
                "ended with exit code 1: ValueError: a / b"
            })
    void whatIsNoPathFromTheRootStays(String said) {
        assertThat(names.leftOut(said)).isEqualTo(said);
    }

    @Test
    void doneTwiceItIsTheSame() {
        String once = names.leftOut("File \"/a/b/c.py\" and /d/e/f.so");
        assertThat(names.leftOut(once)).isEqualTo(once);
    }
}
