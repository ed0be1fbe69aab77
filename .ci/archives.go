//go:build ignore

// Archives checks the archives that goreleaser made for .ci/release: their checksums,
// what is in them, and which system each program was built for. It unpacks the one for
// this machine into a folder.
//
//	go run .ci/archives.go dist FOLDER
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run .ci/archives.go DIST FOLDER")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// check checks every archive that the checksums name.
func check(dist, unpackTo string) error {
	sums, err := os.ReadFile(filepath.Join(dist, "checksums.txt"))
	if err != nil {
		return err
	}
	targets := map[string]bool{}
	for line := range strings.Lines(string(sums)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			return fmt.Errorf("checksums.txt: %q is not a sum and a name", line)
		}
		target, err := checkArchive(filepath.Join(dist, name), sum, unpackTo)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		targets[target] = true
		fmt.Printf("%s  %s\n", name, target)
	}
	want := []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"}
	if got := slices.Sorted(maps.Keys(targets)); !slices.Equal(got, want) {
		return fmt.Errorf("there are archives for %v, not for %v", got, want)
	}
	return nil
}

// checkArchive returns which system the program in an archive is for.
func checkArchive(path, sum, unpackTo string) (target string, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if got := sha256.Sum256(content); hex.EncodeToString(got[:]) != sum {
		return "", fmt.Errorf("its checksum is %x, not %s", got, sum)
	}
	files, err := unpack(path, content)
	if err != nil {
		return "", err
	}
	program := "hooktop"
	if strings.HasSuffix(path, ".zip") {
		program = "hooktop.exe"
	}
	want := []string{"LICENSE", "README.md", program}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		return "", fmt.Errorf("it holds %v, not %v", got, want)
	}
	target, err = builtFor(files[program])
	if err != nil {
		return "", err
	}
	if !strings.Contains(filepath.Base(path), strings.ReplaceAll(target, "/", "_")) {
		return "", fmt.Errorf("its program is for %s", target)
	}
	if target != runtime.GOOS+"/"+runtime.GOARCH {
		return target, nil
	}
	return target, os.WriteFile(filepath.Join(unpackTo, program), files[program], 0o755)
}

// unpack returns the files in an archive. Each may be written by its user alone, and
// the program can be run by all.
func unpack(path string, content []byte) (map[string][]byte, error) {
	files := map[string][]byte{}
	add := func(name string, mode os.FileMode, r io.Reader) error {
		want := os.FileMode(0o644)
		if strings.HasPrefix(name, "hooktop") {
			want = 0o755
		}
		if mode.Perm() != want {
			return fmt.Errorf("%s has the mode %v, not %v", name, mode.Perm(), want)
		}
		var err error
		files[name], err = io.ReadAll(r)
		return err
	}
	if strings.HasSuffix(path, ".zip") {
		z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return nil, err
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				return nil, err
			}
			if err := errors.Join(add(f.Name, f.Mode(), r), r.Close()); err != nil {
				return nil, err
			}
		}
		return files, nil
	}
	g, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	t := tar.NewReader(g)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if err := add(h.Name, h.FileInfo().Mode(), t); err != nil {
			return nil, err
		}
	}
}

// builtFor returns the system that a program is for, as its header says; what the Go
// command noted in it must agree.
func builtFor(program []byte) (string, error) {
	r := bytes.NewReader(program)
	info, err := buildinfo.Read(r)
	if err != nil {
		return "", err
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if settings["CGO_ENABLED"] != "0" || settings["-trimpath"] != "true" {
		return "", fmt.Errorf("it was built with CGO_ENABLED=%s -trimpath=%s", settings["CGO_ENABLED"], settings["-trimpath"])
	}
	target := settings["GOOS"] + "/" + settings["GOARCH"]
	machine := "unknown"
	if f, err := elf.NewFile(r); err == nil {
		machine = map[elf.Machine]string{elf.EM_X86_64: "linux/amd64", elf.EM_AARCH64: "linux/arm64"}[f.Machine]
		if slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
			return "", errors.New("it is linked to a C library")
		}
	} else if f, err := macho.NewFile(r); err == nil {
		machine = map[macho.Cpu]string{macho.CpuAmd64: "darwin/amd64", macho.CpuArm64: "darwin/arm64"}[f.Cpu]
	} else if f, err := pe.NewFile(r); err == nil {
		machine = map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "windows/amd64", pe.IMAGE_FILE_MACHINE_ARM64: "windows/arm64"}[f.Machine]
	}
	if machine != target {
		return "", fmt.Errorf("its header says %s, the Go command says %s", machine, target)
	}
	return target, nil
}
