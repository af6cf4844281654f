"""The pages and the public summaries keep the limits of scripts/prose.py: short sentences and plain terms."""

import os
import pathlib
import sys
import tempfile
import unittest
import unittest.mock

from . import support

SCRIPT = os.path.join(support.REPOSITORY, "scripts", "prose.py")


@unittest.skipUnless(os.path.isfile(SCRIPT), "no scripts beside these tests")
class ProseTests(support.TestCase):
    def test_all_pages_and_public_summaries_keep_the_limits(self):
        self.run_python(SCRIPT, "--check")

    def test_it_measures_sentences_of_paragraphs_and_list_items(self):
        page = "# A heading of five words\n\nOne two three. Four five: `code`.\n\n- Six seven\n- Eight\n\n```sh\nnot counted\n```\n| a | b |\n"
        self.assertEqual(["One two three.", "Four five: CODE.", "Six seven", "Eight"], self.prose().sentences_of_markdown(page))

    def test_it_finds_words_for_people_and_no_parts_of_other_words(self):
        found = self.prose().METAPHORS.findall("Nobody is told. A stranger borrows it; the tolerance of a beholder is harmonic.")
        self.assertEqual(["Nobody", "told", "stranger", "borrows"], found)

    def test_it_reads_members_of_enumerations_and_interfaces_and_no_internal_types(self):
        code = """/// <summary>What a link carries, in two words.</summary>
public enum Medium
{
    /// <summary>Ethernet.</summary>
    Ethernet,
}

internal interface IHidden
{
    /// <summary>Nobody sees it.</summary>
    void Run();
}

public interface ILink
{
    /// <summary>Sends a frame.</summary>
    /// <param name="frame">Told to nobody.</param>
    void Send(Frame frame);
}
"""
        prose = self.prose()
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.object(prose, "ROOT", pathlib.Path(folder)):
            pathlib.Path(folder, "Medium.cs").write_text(code, encoding="utf-8")
            found = [(element, text) for _, element, text in prose.comments(pathlib.Path(folder))]
        self.assertEqual(
            [("summary", "What a link carries, in two words."), ("summary", "Ethernet."), ("summary", "Sends a frame."), ("param", "Told to nobody.")], found
        )

    def test_listed_words_count_in_headings_and_tables_and_not_in_code(self):
        text = self.prose().without_code("# Whom it believes\n\n| told | `nobody` |\n\n```sh\nlend\n```\n[page](harm.md)\n")
        self.assertEqual(["Whom", "believes", "told"], self.prose().METAPHORS.findall(text))

    def prose(self):
        sys.path.insert(0, os.path.dirname(SCRIPT))
        self.addCleanup(sys.path.remove, os.path.dirname(SCRIPT))
        sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
        self.addCleanup(setattr, sys, "dont_write_bytecode", before)
        import prose

        return prose
