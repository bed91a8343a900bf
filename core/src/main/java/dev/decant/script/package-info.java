/// What a user's Python file meets in this process, whichever engine runs it: `ScriptHost` has the Python code that
/// loads and guards it, `ScriptText` is a text for it, `SignalActions` keeps the JVM's signals from it.
@NullMarked
package dev.decant.script;

import org.jspecify.annotations.NullMarked;
