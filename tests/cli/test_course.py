"""The student's copy of the course: delivered, updated, restored, never overwritten."""
import errno
import json

import pytest

from mxlearn import base
from mxlearn import course as course_module
from mxlearn.base import ArgumentError, DataError, NotFoundError
from mxlearn.course import MANIFEST, default_folder, deliver, lessons, restore


@pytest.fixture
def course(tmp_path):
    """A course of two lessons and a picture."""
    folder = tmp_path / "delivered"
    write(folder / "01_lines.ipynb", "lines, first edition")
    write(folder / "02_digits.ipynb", "digits, first edition")
    write(folder / "pictures" / "graph.svg", "<svg/>")
    return folder


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_the_first_start_delivers_everything(course, mine):
    done = deliver(mine, course)
    assert done.added == ["01_lines.ipynb", "02_digits.ipynb", "pictures/graph.svg"]
    assert tree(mine) == tree(course)


def test_a_second_start_changes_nothing(course, mine):
    deliver(mine, course)
    before = {path: path.stat().st_mtime_ns for path in mine.rglob("*")}
    done = deliver(mine, course)
    assert (done.added, done.updated, done.kept, done.offered) == ([], [], [], [])
    assert {path: path.stat().st_mtime_ns for path in mine.rglob("*")} == before


def test_an_edited_lesson_is_kept(course, mine):
    deliver(mine, course)
    write(mine / "01_lines.ipynb", "my answer")
    done = deliver(mine, course)
    assert done.kept == ["01_lines.ipynb"] and done.offered == []
    assert tree(mine)["01_lines.ipynb"] == "my answer"


def test_an_untouched_lesson_is_updated(course, mine):
    deliver(mine, course)
    write(course / "01_lines.ipynb", "lines, second edition")
    assert deliver(mine, course).updated == ["01_lines.ipynb"]
    assert tree(mine)["01_lines.ipynb"] == "lines, second edition"


def test_a_newer_version_of_an_edited_lesson_is_put_beside_it(course, mine):
    deliver(mine, course)
    write(mine / "01_lines.ipynb", "my answer")
    write(course / "01_lines.ipynb", "lines, second edition")
    done = deliver(mine, course)
    assert done.kept == ["01_lines.ipynb"] and done.offered == ["01_lines.new.ipynb"]
    assert tree(mine)["01_lines.ipynb"] == "my answer"
    assert tree(mine)["01_lines.new.ipynb"] == "lines, second edition"
    assert "01_lines.new.ipynb: the course has a newer version" in done.report(mine)


def test_the_same_version_is_offered_once(course, mine):
    test_a_newer_version_of_an_edited_lesson_is_put_beside_it(course, mine)
    (mine / "01_lines.new.ipynb").unlink()  # the student took over what was wanted
    assert deliver(mine, course).offered == []
    assert not (mine / "01_lines.new.ipynb").exists()


def test_a_third_version_replaces_the_offered_second(course, mine):
    test_a_newer_version_of_an_edited_lesson_is_put_beside_it(course, mine)
    write(course / "01_lines.ipynb", "lines, third edition")
    assert deliver(mine, course).offered == ["01_lines.new.ipynb"]
    assert tree(mine)["01_lines.new.ipynb"] == "lines, third edition"


def test_work_in_the_offered_version_is_kept_too(course, mine):
    test_a_newer_version_of_an_edited_lesson_is_put_beside_it(course, mine)
    write(mine / "01_lines.new.ipynb", "my answer in the new one")
    write(course / "01_lines.ipynb", "lines, third edition")
    assert deliver(mine, course).offered == ["01_lines.new-2.ipynb"]
    assert tree(mine)["01_lines.new.ipynb"] == "my answer in the new one"
    assert tree(mine)["01_lines.new-2.ipynb"] == "lines, third edition"


def test_a_deleted_lesson_comes_back(course, mine):
    deliver(mine, course)
    (mine / "02_digits.ipynb").unlink()
    assert deliver(mine, course).added == ["02_digits.ipynb"]


def test_the_students_own_files_are_left_alone(course, mine):
    write(mine / "notes.txt", "mine")
    write(mine / "01_lines.ipynb", "a file of mine with that name")
    done = deliver(mine, course)
    assert done.kept == ["01_lines.ipynb"]
    assert tree(mine)["notes.txt"] == "mine" and tree(mine)["01_lines.ipynb"] == "a file of mine with that name"
    assert tree(mine)["01_lines.new.ipynb"] == "lines, first edition"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"delivered": 3, "offered": {}}', '"text"'])
def test_with_a_damaged_record_every_file_counts_as_changed(course, mine, damage):
    deliver(mine, course)
    (mine / MANIFEST).write_text(damage)
    write(course / "01_lines.ipynb", "lines, second edition")
    done = deliver(mine, course)
    assert done.updated == [] and done.kept == ["01_lines.ipynb"]
    assert json.loads((mine / MANIFEST).read_text())["format"] == 1


def test_what_a_kernel_and_an_editor_leave_behind_is_not_delivered(course, mine):
    write(course / ".ipynb_checkpoints" / "01_lines-checkpoint.ipynb", "old")
    write(course / "__pycache__" / "x.pyc", "bytes")
    write(course / "01_lines.new.ipynb", "left over")
    assert lessons(course) == ["01_lines.ipynb", "02_digits.ipynb", "pictures/graph.svg"]


@pytest.mark.parametrize("chapter", ["01_lines.ipynb", "01_lines", "01"])
def test_restoring_a_chapter_keeps_a_backup(course, mine, chapter):
    deliver(mine, course)
    write(mine / "01_lines.ipynb", "my answer")
    done = restore(mine, chapter, course)
    assert done.backups == ["01_lines.backup-1.ipynb"]
    assert tree(mine)["01_lines.ipynb"] == "lines, first edition"
    assert tree(mine)["01_lines.backup-1.ipynb"] == "my answer"


def test_restoring_twice_keeps_both_backups(course, mine):
    for answer in ("first answer", "second answer"):
        deliver(mine, course)
        write(mine / "01_lines.ipynb", answer)
        restore(mine, "01", course)
    assert tree(mine)["01_lines.backup-1.ipynb"] == "first answer"
    assert tree(mine)["01_lines.backup-2.ipynb"] == "second answer"


def test_restoring_an_untouched_chapter_needs_no_backup(course, mine):
    deliver(mine, course)
    assert restore(mine, "01", course).backups == []


def test_a_restored_chapter_is_updated_again(course, mine):
    deliver(mine, course)
    write(mine / "01_lines.ipynb", "my answer")
    restore(mine, "01", course)
    write(course / "01_lines.ipynb", "lines, second edition")
    assert deliver(mine, course).updated == ["01_lines.ipynb"]


@pytest.mark.parametrize("chapter, message", [("0", "2 lessons start"), ("03", "no lesson starts"), ("", "no lesson")])
def test_restoring_needs_one_chapter(course, mine, chapter, message):
    with pytest.raises(NotFoundError, match=f"{message}.*\n  The lessons are: 01_lines.ipynb, 02_digits.ipynb"):
        restore(mine, chapter, course)


def test_the_course_is_not_delivered_into_itself(course):
    for folder in (course, course / "pictures"):
        with pytest.raises(ArgumentError, match="where the course itself is stored"):
            deliver(folder, course)


def test_a_file_where_the_folder_should_be(course, tmp_path):
    write(tmp_path / "file", "in the way")
    with pytest.raises(DataError, match="the course cannot be copied here: .*\n  Make it writable, or choose another"):
        deliver(tmp_path / "file", course)


def test_a_disk_without_room_is_noticed_before_the_first_file(course, mine, monkeypatch):
    usage = type("usage", (), {"free": 1000})
    monkeypatch.setattr(course_module.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(DataError, match="are needed, 0.0 MB are free.\n  Make room on the disk"):
        deliver(mine, course)
    assert tree(mine) == {}


def test_a_disk_that_fills_up_leaves_no_half_file_and_a_later_start_goes_on(course, mine, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(base.os, "fsync", full)
        with pytest.raises(DataError, match="No space left on device"):
            deliver(mine, course)
    assert tree(mine) == {}
    deliver(mine, course)
    assert tree(mine) == tree(course)


def test_what_was_delivered_before_an_error_is_recorded(course, mine, monkeypatch):
    (mine / "02_digits.ipynb").mkdir(parents=True)  # a folder in the way of the second lesson
    with pytest.raises(DataError, match="02_digits.ipynb: cannot be read"):
        deliver(mine, course)
    (mine / "02_digits.ipynb").rmdir()
    write(course / "01_lines.ipynb", "lines, second edition")
    assert deliver(mine, course).updated == ["01_lines.ipynb"]


def test_the_default_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("MXLEARN_COURSE", raising=False)
    assert default_folder() == tmp_path / "mxlearn-course"
    monkeypatch.setenv("MXLEARN_COURSE", "~/elsewhere")
    assert default_folder() == tmp_path / "elsewhere"
