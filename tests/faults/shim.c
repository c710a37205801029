/* Stands between a process and its disk (LD_PRELOAD): counts, records, breaks or kills at the N-th change of a file
   below one folder. Every change is a step: write, sync, truncate, create, rename, link, unlink, mkdir, rmdir.

   kq_below(folder)           what is watched; "" = nothing
   kq_record(fd)              write a log of every step there; -1 = no log
   kq_mark(bytes, length)     put a mark of the program's own into the log (an acknowledged act)
   kq_arm(n, how, sticky)     at the n-th step from now: how 0 = kill -9 before it, else fail with that errno;
                              sticky = also every step after it
   kq_steps()                 steps since kq_arm */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char below[1024];
static int out = -1, armed_at, armed_how, armed_sticky, steps;
static char *names[4096];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name, kind, ...) static kind (*r_##name)(__VA_ARGS__)
REAL(write, ssize_t, int, const void *, size_t);
REAL(pwrite64, ssize_t, int, const void *, size_t, off64_t);
REAL(fsync, int, int);
REAL(fdatasync, int, int);
REAL(ftruncate64, int, int, off64_t);
REAL(open64, int, const char *, int, ...);
REAL(close, int, int);
REAL(unlink, int, const char *);
REAL(rename, int, const char *, const char *);
REAL(link, int, const char *, const char *);
REAL(mkdir, int, const char *, mode_t);
REAL(rmdir, int, const char *);

__attribute__((constructor)) static void begin(void) {
#define FIND(name) r_##name = dlsym(RTLD_NEXT, #name)
  FIND(write); FIND(pwrite64); FIND(fsync); FIND(fdatasync); FIND(ftruncate64); FIND(open64); FIND(close);
  FIND(unlink); FIND(rename); FIND(link); FIND(mkdir); FIND(rmdir);
}

static int watched(const char *path) {
  size_t n = strlen(below);
  return n && path && !strncmp(path, below, n) && !strstr(path, "-shm") && !strstr(path, ".lock");
}
static const char *name_of(int fd) { return fd >= 0 && fd < 4096 ? names[fd] : 0; }

/* One step is about to happen: 0 = let it, else the errno to fail with. */
static int step(void) {
  int broken = 0;
  pthread_mutex_lock(&mutex);
  steps++;
  if (armed_at && (steps == armed_at || (armed_sticky && steps > armed_at))) {
    if (!armed_how) kill(getpid(), SIGKILL);
    broken = armed_how;
  }
  pthread_mutex_unlock(&mutex);
  return broken;
}
#define STEP(fails) do { int e_ = step(); if (e_) { errno = e_; return fails; } } while (0)

static void put(char kind, uint64_t inode, uint64_t offset, const char *name, const void *data, uint32_t length) {
  if (out < 0) return;
  char head[2048];
  if (name && watched(name)) name += strlen(below);
  uint16_t n = name ? strlen(name) : 0;
  head[0] = kind;
  memcpy(head + 1, &inode, 8); memcpy(head + 9, &offset, 8); memcpy(head + 17, &length, 4); memcpy(head + 21, &n, 2);
  if (n) memcpy(head + 23, name, n);
  pthread_mutex_lock(&mutex);
  if (r_write(out, head, 23 + n) < 0 || (length && r_write(out, data, length) < 0)) abort();
  pthread_mutex_unlock(&mutex);
}
static uint64_t inode_of(int fd) { struct stat s; return fstat(fd, &s) ? 0 : s.st_ino; }

void kq_below(const char *folder) { snprintf(below, sizeof below, "%s", folder); }
void kq_record(int fd) { out = fd; }
void kq_mark(const char *data, uint32_t length) { put('k', 0, 0, "", data, length); }
void kq_arm(int n, int how, int sticky) { steps = 0; armed_at = n; armed_how = how; armed_sticky = sticky; }
int kq_steps(void) { return steps; }

static int opening(const char *path, int flags, mode_t mode) {
  int is_watched = watched(path), is_new = 0;
  if (is_watched && (flags & (O_CREAT | O_TRUNC))) {
    struct stat s;
    is_new = (flags & O_CREAT) && stat(path, &s) != 0;
    if (is_new || (flags & O_TRUNC)) STEP(-1);
  }
  int fd = r_open64(path, flags, mode);
  if (fd >= 0 && fd < 4096 && is_watched) {
    names[fd] = strdup(path);
    if (is_new) put('c', inode_of(fd), 0, path, 0, 0);
    else if (flags & O_TRUNC) put('t', inode_of(fd), 0, path, 0, 0);
  }
  return fd;
}
#define OPEN(name)                                                                                                 \
  int name(const char *path, int flags, ...) {                                                                     \
    mode_t mode = 0;                                                                                               \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, int); va_end(a); }        \
    return opening(path, flags, mode);                                                                             \
  }
OPEN(open)
OPEN(open64)
int close(int fd) { if (name_of(fd)) { free(names[fd]); names[fd] = 0; } return r_close(fd); }

ssize_t write(int fd, const void *data, size_t count) {
  if (!name_of(fd)) return r_write(fd, data, count);
  STEP(-1);
  ssize_t done = r_write(fd, data, count);
  if (done > 0) put('w', inode_of(fd), lseek(fd, 0, SEEK_CUR) - done, names[fd], data, done);
  return done;
}
ssize_t pwrite64(int fd, const void *data, size_t count, off64_t offset) {
  if (!name_of(fd)) return r_pwrite64(fd, data, count, offset);
  STEP(-1);
  ssize_t done = r_pwrite64(fd, data, count, offset);
  if (done > 0) put('w', inode_of(fd), offset, names[fd], data, done);
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t count, off_t offset) { return pwrite64(fd, data, count, offset); }
static int syncing(int fd, int (*real)(int)) {
  if (!name_of(fd)) return real(fd);
  STEP(-1);
  int done = real(fd);
  if (!done) put('s', inode_of(fd), 0, names[fd], 0, 0);
  return done;
}
int fsync(int fd) { return syncing(fd, r_fsync); }
int fdatasync(int fd) { return syncing(fd, r_fdatasync); }
int ftruncate64(int fd, off64_t length) {
  if (!name_of(fd)) return r_ftruncate64(fd, length);
  STEP(-1);
  int done = r_ftruncate64(fd, length);
  if (!done) put('t', inode_of(fd), length, names[fd], 0, 0);
  return done;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
int unlink(const char *path) {
  if (!watched(path)) return r_unlink(path);
  STEP(-1);
  int done = r_unlink(path);
  if (!done) put('u', 0, 0, path, 0, 0);
  return done;
}
int rename(const char *from, const char *to) {
  if (!watched(from) && !watched(to)) return r_rename(from, to);
  STEP(-1);
  int done = r_rename(from, to);
  if (!done) put('r', 0, 0, from, to + strlen(below), strlen(to) - strlen(below));
  return done;
}
int link(const char *from, const char *to) {
  if (!watched(from) && !watched(to)) return r_link(from, to);
  STEP(-1);
  int done = r_link(from, to);
  if (!done) put('l', 0, 0, from, to + strlen(below), strlen(to) - strlen(below));
  return done;
}
int mkdir(const char *path, mode_t mode) {
  if (!watched(path)) return r_mkdir(path, mode);
  STEP(-1);
  return r_mkdir(path, mode);
}
int rmdir(const char *path) {
  if (!watched(path)) return r_rmdir(path);
  STEP(-1);
  return r_rmdir(path);
}
