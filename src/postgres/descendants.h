// Cleaning up after a program, in a process that was forked from one with several threads: nothing
// here allocates or locks.
#ifndef AUTOGEN_POSTGRES_DESCENDANTS_H_
#define AUTOGEN_POSTGRES_DESCENDANTS_H_

namespace autogen::postgres {

// Kills every process that descends from this one, which is their reaper (PR_SET_CHILD_SUBREAPER),
// and waits for them.
void KillDescendants();

// Removes a folder and all below it; follows no link.
void RemoveTree(const char* path);

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_DESCENDANTS_H_
