/* What is opened, created, linked, renamed and removed. */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int opened(int directory, const char *path, int flags, mode_t mode) {
    NEXT(openat);
    struct where where;
    struct stat before, after;
    shim_locate(directory, path, &where);
    if (!where.recorded) {
        int fd = next_openat(directory, path, flags, mode);
        if (fd >= 0 && (flags & O_CREAT) != 0) {
            shim_lock();
            shim_forget_fd(fd);
            shim_unlock();
        }
        shim_note_marks(fd, path);
        return fd;
    }
    shim_lock();
    int error = errno;
    bool existed = fstatat(directory, path, &before, AT_SYMLINK_NOFOLLOW) == 0;
    errno = error;
    int fd = next_openat(directory, path, flags, mode);
    if (fd >= 0 && !existed && fstat(fd, &after) == 0) {
        shim_set_class(after.st_ino, shim_class_of_file(shim_class_of(where.folder), where.name));
        shim_record(CREATE, after.st_ino, 0, where.folder, where.name, NULL, 0);
    } else if (fd >= 0 && existed && (flags & O_TRUNC) != 0) {
        shim_record(TRUNCATE, before.st_ino, 0, 0, NULL, NULL, 0);
    }
    shim_unlock();
    return fd;
}

#define MODE(flags)                                                                                                     \
    mode_t mode = 0;                                                                                                    \
    if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {                                                                       \
        va_list rest;                                                                                                   \
        va_start(rest, flags);                                                                                          \
        mode = va_arg(rest, mode_t);                                                                                    \
        va_end(rest);                                                                                                   \
    }

EXPORT int open(const char *path, int flags, ...) {
    MODE(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

EXPORT int open64(const char *path, int flags, ...) {
    MODE(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

EXPORT int openat(int directory, const char *path, int flags, ...) {
    MODE(flags)
    return opened(directory, path, flags, mode);
}

EXPORT int openat64(int directory, const char *path, int flags, ...) {
    MODE(flags)
    return opened(directory, path, flags, mode);
}

EXPORT int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

EXPORT int creat64(const char *path, mode_t mode) { return creat(path, mode); }

EXPORT int mkdirat(int directory, const char *path, mode_t mode) {
    NEXT(mkdirat);
    struct where where;
    struct stat status;
    shim_locate(directory, path, &where);
    if (!where.recorded) return next_mkdirat(directory, path, mode);
    shim_lock();
    int done = next_mkdirat(directory, path, mode);
    if (done == 0 && fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        shim_set_class(status.st_ino, shim_class_of_folder(shim_class_of(where.folder), where.name));
        shim_record(MAKE_FOLDER, status.st_ino, 0, where.folder, where.name, NULL, 0);
    }
    shim_unlock();
    return done;
}

EXPORT int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

EXPORT int unlinkat(int directory, const char *path, int flags) {
    NEXT(unlinkat);
    struct where where;
    shim_locate(directory, path, &where);
    if (!where.recorded) return next_unlinkat(directory, path, flags);
    shim_lock();
    int done = next_unlinkat(directory, path, flags);
    if (done == 0) shim_record(UNLINK, 0, 0, where.folder, where.name, NULL, 0);
    shim_unlock();
    return done;
}

EXPORT int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

EXPORT int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

EXPORT int remove(const char *path) {
    int done = unlink(path);
    return done != 0 && errno == EISDIR ? rmdir(path) : done;
}

EXPORT int linkat(int from, const char *old, int to, const char *new, int flags) {
    NEXT(linkat);
    struct where where;
    struct stat status;
    shim_locate(to, new, &where);
    if (!where.recorded) return next_linkat(from, old, to, new, flags);
    if (fstatat(from, old, &status, AT_SYMLINK_NOFOLLOW) == 0 && shim_class_of(status.st_ino) == NOT_RECORDED)
        shim_die("not recorded: a link to a file outside", new);
    shim_lock();
    int done = next_linkat(from, old, to, new, flags);
    if (done == 0) shim_record(LINK, status.st_ino, 0, where.folder, where.name, NULL, 0);
    shim_unlock();
    return done;
}

EXPORT int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

EXPORT int symlinkat(const char *target, int directory, const char *path) {
    NEXT(symlinkat);
    struct where where;
    shim_locate(directory, path, &where);
    if (where.recorded) shim_die("not recorded: a symbolic link", path);
    return next_symlinkat(target, directory, path);
}

EXPORT int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }

EXPORT int renameat(int from, const char *old, int to, const char *new) {
    NEXT(renameat);
    struct where source, target;
    struct stat status;
    shim_locate(from, old, &source);
    shim_locate(to, new, &target);
    if (!source.recorded && !target.recorded) return next_renameat(from, old, to, new);
    if (source.recorded != target.recorded) shim_die("not recorded: a rename into or out of the folder", new);
    shim_lock();
    bool there = fstatat(from, old, &status, AT_SYMLINK_NOFOLLOW) == 0;
    int done = next_renameat(from, old, to, new);
    if (done == 0 && there)
        shim_record(RENAME, status.st_ino, target.folder, source.folder, source.name, target.name,
                    strlen(target.name));
    shim_unlock();
    return done;
}

EXPORT int rename(const char *old, const char *new) { return renameat(AT_FDCWD, old, AT_FDCWD, new); }

EXPORT int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    NEXT(renameat2);
    struct where where;
    shim_locate(to, new, &where);
    if (where.recorded) {
        if (flags != 0) shim_die("not recorded: a rename with flags", new);
        return renameat(from, old, to, new);
    }
    return next_renameat2(from, old, to, new, flags);
}
