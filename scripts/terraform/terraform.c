/* Terraform's command line, from the shared library that lies beside this program.
 *
 * Tests start it thousands of times. A start by way of Python took a seventh more of the processor.
 */

#include <unistd.h>

/* The arguments come without the program's name, and the two descriptors are closed in the end. */
extern int RunCli(long argc, char **argv, long out, long err);

int main(int argc, char **argv)
{
	int code = RunCli(argc - 1, argv + 1, dup(STDOUT_FILENO), dup(STDERR_FILENO));
	/* An orderly exit would wait for threads that belong to Go. */
	_exit(code);
}
